#pragma once

#include "primitives/sync/recursive_mutex.hpp"  // IWYU pragma: export
