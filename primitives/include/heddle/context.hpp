#pragma once

#include "primitives/context/context.hpp"  // IWYU pragma: export
