#pragma once

#include <string>

#include "cli/session.hpp"
#include "reports/format/finding.hpp"

namespace heddle::cli {

// The shell command that shows a finding again. A token too long to copy is saved as
// heddle-replay/FINGERPRINT.tok, and the command names that file instead.
std::string replay_command(const SessionOptions& options, const format::Finding& finding);

// " --model=sc --leaks": the options that change what an execution does, not how executions are searched.
std::string semantic_options(const RunOptions& run);

}  // namespace heddle::cli
