#pragma once

#include "primitives/sync/semaphore.hpp"  // IWYU pragma: export
