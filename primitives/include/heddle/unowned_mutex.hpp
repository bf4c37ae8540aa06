#pragma once

#include "primitives/sync/unowned_mutex.hpp"  // IWYU pragma: export
