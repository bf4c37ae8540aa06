#include "reports/explain/explain.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "reports/explain/schedule.hpp"
#include "reports/explain/step_text.hpp"
#include "reports/explain/trying.hpp"
#include "reports/explain/why.hpp"
#include "reports/format/names.hpp"

namespace heddle::report {
namespace {

using format::Finding;
using format::Frame;
using format::Stack;
using format::Step;

std::string outermost_own_function(const Stack& stack) {
  const auto own = std::find_if(stack.frames.rbegin(), stack.frames.rend(),
                                [](const Frame& frame) { return !frame.library && !frame.function.empty(); });
  return own == stack.frames.rend() ? "" : format::short_function(own->function);
}

// What a thread runs is the outermost function of the user it was seen in.
void name_what_threads_run(Finding& f) {
  std::map<int, std::string> seen;
  const auto see = [&](int thread, const Stack& stack) {
    if (seen.contains(thread)) return;
    if (std::string name = outermost_own_function(stack); !name.empty())
      seen.emplace(thread, std::move(name));
  };
  for (const Step& s : f.steps) see(s.thread, s.stack);
  for (const format::Access& a : f.accesses) see(a.thread, a.stack);
  for (const format::Blocked& b : f.blocked) see(b.thread, b.stack);
  for (format::Thread& t : f.threads) {
    const auto found = seen.find(t.id);
    t.runs = found != seen.end()        ? found->second
             : t.entry_function.empty() ? ""
                                        : format::short_function(t.entry_function);
  }
}

void describe_steps(Finding& f) {
  std::map<int, const Step*> newest;  // by object: the last store in modification order so far
  for (Step& s : f.steps) {
    const auto last = s.object ? newest.find(*s.object) : newest.end();
    s.text = step_text(f, s, last == newest.end() ? nullptr : last->second);
    if (s.object && s.written && s.mo_last) newest[*s.object] = &s;
  }
}

}  // namespace

void explain(Finding& finding) {
  put_in_order(finding);
  name_what_threads_run(finding);
  describe_steps(finding);
  finding.schedule = turns(finding);
  finding.locks = lock_spans(finding);
  finding.why = why(finding);
  for (Finding& passing : finding.passing) {
    put_in_order(passing);
    name_what_threads_run(passing);
    describe_steps(passing);
  }
  finding.turning = turning_in_words(finding);
}

void explain(format::RunResult& result) {
  for (Finding& f : result.findings) explain(f);
  for (format::Suppressed& s : result.suppressed) explain(s.finding);
}

}  // namespace heddle::report
