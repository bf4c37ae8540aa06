#pragma once

#include "primitives/sync/cyclic_barrier.hpp"  // IWYU pragma: export
