// Findings a team has decided to live with for a while. One a line, with a reason, and for most with a date:
//
//   # known since the allocator was replaced, issue 41
//   fingerprint:64e1a7576ddce0f9  until=2027-06-30  waits for the new allocator
//   data-race:Logger::*           statistics may be off by a few
//   rule:HED017                   the lock order is documented in locks.md
//
// `fingerprint`, `rule`, `function`, `file`, `object` and `module` match what they say; a rule's name
// (data-race, deadlock; HED001) matches its findings by function, file, object or module. In patterns `*` is
// any text and
// `?` any character; functions and objects match with and without their templates and parameters, files by
// their whole path or by its end. On the day of `until` a suppression still holds, after it no longer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/format/run.hpp"

namespace heddle::report {

struct Suppression {
  std::string kind;
  std::string pattern;
  std::string until;  // "2027-06-30", empty: for ever
  std::string reason;
  std::string at;  // "heddle.supp:3"
  std::string text() const { return kind + ":" + pattern; }
};

// False: a line cannot be understood, and `error` says which and why.
bool read_suppressions(std::string_view text, const std::string& file, std::vector<Suppression>& into,
                       std::string& error);

// Moves what matches from the findings to the suppressed ones and adapts the verdict. `today` is a date like
// `until`. Returns what the user should know: suppressions that have expired or matched nothing.
std::vector<std::string> suppress(format::RunResult& result, const std::vector<Suppression>& suppressions,
                                  const std::string& today);

// `*` and `?` as in the shell; nothing else is special.
bool matches(std::string_view pattern, std::string_view text);

}  // namespace heddle::report
