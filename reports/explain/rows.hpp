// The interleaving as people read it: one row for each call, with the plain accesses, the waits and the
// switches between the steps, under the functions that were called, loops folded.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/format/finding.hpp"

namespace heddle::report {

struct Row {
  enum class Kind : unsigned char { step, access, waiting, switched, call };
  Kind kind = Kind::step;
  int thread = 0;
  std::uint64_t first = 0;  // of the steps in the row; 0 for what is no step
  std::uint64_t last = 0;
  std::string text;
  const format::Stack* stack = nullptr;  // into the finding; null for a switch
  bool marked = false;                   // part of the bug
  int times = 1;                         // the same again and again: a loop
  int depth = 0;                         // calls of the user's functions around it, the thread's own left out
  std::string where;                     // "queue.cpp:12", empty if unknown

  std::string number() const;  // "3", "3-5", "" for what is no step
};

// Of an explained finding, which must outlive the rows.
std::vector<Row> rows(const format::Finding& finding);

}  // namespace heddle::report
