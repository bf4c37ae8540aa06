#pragma once

#include "primitives/coro/generator.hpp"  // IWYU pragma: export
