// checker/instrument, which completes what gcc instruments: a file only the gcc it was built for can load.
#pragma once

#include <string>
#include <vector>

namespace heddle::cli {

struct GccPlugin {
  std::string path;     // empty if there is none for this compiler
  std::string missing;  // why not
};

// Runs the compiler, a gcc, to ask for its version.
GccPlugin gcc_plugin_for(const std::vector<std::string>& compiler);

}  // namespace heddle::cli
