// What must hold for every input of `heddle report`: it is refused with words, or every format can be
// written, the result document can be read back, and nothing reaches the terminal but text.
#pragma once

#include <string_view>

namespace heddle::test {

// Aborts, with a word on standard error, if something does not hold.
void check_report(std::string_view input);

}  // namespace heddle::test
