#pragma once

#include "primitives/sync/mutex.hpp"  // IWYU pragma: export
