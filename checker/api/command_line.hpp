// What the process was started with, and what of it is for Heddle:
//
//   --heddle_replay=TOKEN   replay this execution instead of searching; or the path of a file with the token
//   --heddle_check=NAME     of this check only, and skip the others
#pragma once

#include "checker/kernel/memory.hpp"

namespace heddle::api {

struct CommandLine {
  kernel::Vector<char*> words;  // all arguments, the program's name first; no null at the end
  const char* token = nullptr;
  const char* check = nullptr;
};

// Read once, from the kernel: programs change their argv.
const CommandLine& command_line();

}  // namespace heddle::api
