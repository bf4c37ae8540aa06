#pragma once

#include "primitives/sync/event.hpp"  // IWYU pragma: export
