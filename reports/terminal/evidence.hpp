// What stands below the interleaving: the stacks of the accesses, the threads that wait and what they hold,
// and who the threads and objects are.
#pragma once

#include <string>

#include "reports/format/finding.hpp"
#include "reports/terminal/text.hpp"

namespace heddle::report {

// "    push   queue.cpp:12   head.store(n, relaxed);" a line; library frames only if the style is verbose,
// but the innermost if there is nothing else.
std::string stack_text(const format::Stack& stack, int indent, const Style& style);

std::string accesses_text(const format::Finding& finding, const Style& style);
std::string blocked_text(const format::Finding& finding, const Style& style);
std::string threads_text(const format::Finding& finding, const Style& style);
std::string objects_text(const format::Finding& finding, const Style& style);
// The last ten lines of what the program printed; all of it if the style is verbose.
std::string output_text(const std::string& printed, const Style& style);

}  // namespace heddle::report
