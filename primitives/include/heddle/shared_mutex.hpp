#pragma once

#include "primitives/sync/shared_mutex.hpp"  // IWYU pragma: export
