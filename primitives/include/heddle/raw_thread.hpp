#pragma once

#include "primitives/thread/raw_thread.hpp"  // IWYU pragma: export
