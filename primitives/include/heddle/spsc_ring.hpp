#pragma once

#include "primitives/queue/spsc_ring.hpp"  // IWYU pragma: export
