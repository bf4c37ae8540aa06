#pragma once

#include "primitives/queue/blocking_queue.hpp"  // IWYU pragma: export
