// A folder with everything needed to see a bug again and to keep it away: `--bundle=repro` makes
// repro/<fingerprint>/ for each finding, with
//
//   run.sh               replays it (the program's path may be given)
//   token.txt            the schedule
//   result.json          the finding with its interleaving, for heddle report and other tools
//   report.txt, .html    the same for people
//   environment.txt      program, options, build ids, machine
//   regression_test.cpp  a GoogleTest that fails as long as the schedule still shows the bug
#pragma once

#include <string>

#include "cli/session.hpp"
#include "reports/format/run.hpp"

namespace heddle::cli {

// False: something could not be written, and `error` says what. Existing files of the same names are
// replaced.
bool write_bundles(const std::string& folder, const SessionOptions& options, const format::RunResult& result,
                   std::string& error);

}  // namespace heddle::cli
