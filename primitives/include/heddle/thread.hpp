#pragma once

#include "primitives/thread/thread.hpp"  // IWYU pragma: export
