#pragma once

#include "primitives/sync/guards.hpp"  // IWYU pragma: export
