#pragma once

#include "primitives/sync/fair_mutex.hpp"  // IWYU pragma: export
