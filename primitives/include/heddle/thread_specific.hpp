#pragma once

#include "primitives/thread/thread_specific.hpp"  // IWYU pragma: export
