// What a program was seen to do on this machine beside what an exhaustive check says it may do.
#pragma once

#include <string>
#include <vector>

#include "reports/format/run.hpp"

namespace heddle::cli {

struct Comparison {
  std::string error;                       // there is nothing to compare with, and why
  std::string model;                       // of the check
  std::vector<format::Outcome> forbidden;  // seen, but no execution of the check has it
  std::vector<std::string> unseen;         // allowed, but this machine did not show it
  std::size_t both = 0;
};

// `checked` is the result document of an exhaustive check, or a program to be checked now, with `arguments`,
// for at most `budget_ms`.
Comparison compare_with_model(const std::string& checked, const std::vector<std::string>& arguments,
                              std::uint64_t budget_ms, const std::vector<format::Outcome>& seen);

// For people, with a newline at the end.
std::string in_words(const Comparison& comparison);

}  // namespace heddle::cli
