#pragma once

#include "primitives/sync/monitor.hpp"  // IWYU pragma: export
