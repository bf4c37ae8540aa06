#pragma once

#include "primitives/sync/latch.hpp"  // IWYU pragma: export
