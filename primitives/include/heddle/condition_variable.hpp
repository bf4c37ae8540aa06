#pragma once

#include "primitives/sync/condition_variable.hpp"  // IWYU pragma: export
