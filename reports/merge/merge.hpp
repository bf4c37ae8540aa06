// Many results made one: findings of the same bug are one finding, totals are added up, and every run is
// still told of.
#pragma once

#include <string>
#include <vector>

#include "reports/format/run.hpp"

namespace heddle::report {

struct NamedResult {
  std::string source;  // the file it was read from
  format::RunResult result;
};

// A single result stays as it is. A merged one counts with the runs it was made of.
format::RunResult merge(std::vector<NamedResult> results);

}  // namespace heddle::report
