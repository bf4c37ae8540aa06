#pragma once

#include "primitives/queue/concurrent_queue.hpp"  // IWYU pragma: export
