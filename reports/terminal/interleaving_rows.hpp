// What the rows of the interleaving's table say, before any layout.
#pragma once

#include <string>
#include <vector>

#include "reports/format/finding.hpp"
#include "reports/terminal/text.hpp"

namespace heddle::report {

struct Row {
  enum class Kind : unsigned char { step, access, waiting, switched, elided };
  Kind kind = Kind::step;
  int thread = 0;
  std::string number;  // of the step or steps; empty for what is no step
  std::string text;
  std::string where;    // file:line
  bool marked = false;  // part of the bug
};

// At most 60 rows unless the style is verbose: the middle of longer ones is left out, with a row that says
// so.
std::vector<Row> interleaving_rows(const format::Finding& finding, const Style& style);

}  // namespace heddle::report
