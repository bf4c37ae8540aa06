#pragma once

#include "primitives/future/future.hpp"  // IWYU pragma: export
