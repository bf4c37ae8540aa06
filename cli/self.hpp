// This command, run again as another process.
#pragma once

#include <string>
#include <vector>

namespace heddle::cli {

// With its standard output thrown away. Empty, whatever its exit code; else why it could not be run.
std::string run_self(const std::vector<std::string>& arguments);

}  // namespace heddle::cli
