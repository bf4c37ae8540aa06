// Values of 128-bit atomic objects by number: a kernel value is 64 bits wide.
#pragma once

#include "checker/kernel/types.hpp"

namespace heddle::frontend {

__extension__ using Wide = unsigned __int128;

// The number of a value: equal values have equal numbers, for the life of the process.
kernel::Value intern_wide(Wide value);
Wide wide_value(kernel::Value number);

}  // namespace heddle::frontend
