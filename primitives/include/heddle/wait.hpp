#pragma once

#include "primitives/future/wait.hpp"  // IWYU pragma: export
