// Reads litmus vectors: one JSON object a line, schema in docs/litmus.md.
#pragma once

#include <string>
#include <string_view>

#include "checker/litmus/program.hpp"

namespace heddle::litmus {

// Throws std::runtime_error with a sentence that names what is wrong.
Program parse(std::string_view line);

}  // namespace heddle::litmus
