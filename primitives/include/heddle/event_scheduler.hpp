#pragma once

#include "primitives/sched/event_scheduler.hpp"  // IWYU pragma: export
