// What `heddle weaken` prints, and the same as JSON (docs/weaken.md).
#pragma once

#include <string>

#include "cli/weaken_search.hpp"
#include "reports/terminal/text.hpp"

namespace heddle::cli {

struct WeakenReport {
  const SessionOptions& session;
  const format::RunResult& unchanged;  // of the program as it is
  const OperationList& list;
  const WeakenResult& result;
};

std::string weaken_text(const WeakenReport& report, const report::Style& style);
std::string weaken_json(const WeakenReport& report);
std::string weaken_last_line(const WeakenReport& report);

}  // namespace heddle::cli
