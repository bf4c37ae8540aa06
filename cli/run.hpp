// The whole command: parses the arguments, runs the chosen subcommand, returns the exit code.
#pragma once

namespace heddle::cli {

// Never throws. `argv[0]` named heddle-c++ or heddle-cc makes it that compiler.
int run(int argc, char** argv);

}  // namespace heddle::cli
