#pragma once

#include "primitives/thread/timer.hpp"  // IWYU pragma: export
