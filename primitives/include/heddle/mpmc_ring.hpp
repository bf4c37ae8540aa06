#pragma once

#include "primitives/queue/mpmc_ring.hpp"  // IWYU pragma: export
