#pragma once

#include <string>

namespace heddle::cli {

// The path that will be executed: a name without a slash is the file of that name in the current directory if
// there is one, else looked up in PATH.
std::string resolve_program(const std::string& name);

// Empty if the file is a program built with Heddle; otherwise what is wrong and how to put it right.
std::string why_not_checkable(const std::string& path);

// Says so if the program was linked with another build of the runtime than the one beside this command: a
// project that was not linked again after Heddle was updated, or one built with another installation.
void warn_of_other_runtime(const std::string& program);

}  // namespace heddle::cli
