#pragma once

#include "primitives/core/errors.hpp"  // IWYU pragma: export
