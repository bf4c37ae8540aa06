// Reading files of litmus vectors for the commands that run them.
#pragma once

#include <functional>
#include <string>

#include "checker/litmus/program.hpp"

namespace heddle::cli {

// Calls `use` for every `every`th test of the file (the first is one), or only for that of the name `only`.
// Throws std::runtime_error that names file and line.
void for_each_litmus_test(const std::string& file, std::size_t every, const std::string& only,
                          const std::function<void(const litmus::Program&)>& use);

}  // namespace heddle::cli
