// heddle c++ and heddle cc: the compilers that build programs for checking.
#pragma once

#include <string>
#include <vector>

#include "cli/compiler_command.hpp"

namespace heddle::cli {

// Runs the compiler with the given arguments and Heddle's; returns its exit code. --with=COMPILER, HEDDLE_CXX
// and HEDDLE_CC choose the compiler.
int compile(Language language, const std::vector<std::string>& arguments);

// The compiler that would be used, as words: {"ccache", "g++"}.
std::vector<std::string> chosen_compiler(Language language);

// Where heddle_runtime.o is: $HEDDLE_RUNTIME, or lib/heddle/ beside the folder of the command itself.
std::string runtime_object();

}  // namespace heddle::cli
