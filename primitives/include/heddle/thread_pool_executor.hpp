#pragma once

#include "primitives/future/thread_pool_executor.hpp"  // IWYU pragma: export
