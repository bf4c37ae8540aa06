// Files of any kind that hold a result: the records a program wrote (docs/run-protocol.md), a result
// document, or the stream of `heddle check --json=-`. The content says which; the name does not matter.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "reports/format/run.hpp"

namespace heddle::report {

struct Loaded {
  std::optional<format::RunRecords> records;  // not symbolized yet
  format::RunResult result;                   // if not records
};

// False: it is none of these, and `error` says why ("is not JSON"). Never throws on any input.
bool load(std::string_view text, Loaded& into, std::string& error);

}  // namespace heddle::report
