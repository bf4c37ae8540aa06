// Where the files that tests read are.
#pragma once

#include <string>

namespace heddle::test {

// The folder tests/ of the source tree.
std::string test_data();

}  // namespace heddle::test
