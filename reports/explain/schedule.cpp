#include "reports/explain/schedule.hpp"

#include <algorithm>
#include <string_view>

namespace heddle::report {
namespace {

using format::Finding;
using format::LockSpan;
using format::Object;
using format::Step;
using format::Turn;

bool is_lock(const Object* o) {
  return o != nullptr && (o->kind == "mutex" || o->kind == "rwlock" || o->kind == "spinlock");
}

bool has(const std::string& call, std::string_view word) { return call.find(word) != std::string::npos; }

// The wait on a condition gives its mutex back with a store and takes it again.
bool gives_back(const Step& s) { return has(s.call, "unlock") || (s.kind == "store" && has(s.call, "wait")); }
bool takes(const Step& s) {
  return s.written && (s.kind == "await" || s.kind == "rmw") && !s.timed_out && !has(s.call, "destroy");
}

}  // namespace

std::vector<Turn> turns(const Finding& finding) {
  std::vector<Turn> result;
  for (const Step& s : finding.steps) {
    if (result.empty() || result.back().thread != s.thread)
      result.push_back({s.thread, s.step, s.step, s.switched.value_or(""), s.without});
    result.back().last = s.step;
  }
  return result;
}

std::vector<LockSpan> lock_spans(const Finding& finding) {
  std::vector<LockSpan> spans;
  std::vector<std::size_t> open;  // indices of spans without an end, oldest first
  for (const Step& s : finding.steps) {
    if (!is_lock(finding.object(s.object))) continue;
    if (gives_back(s)) {
      const auto held = std::ranges::find_if(open.rbegin(), open.rend(), [&](std::size_t i) {
        return spans[i].thread == s.thread && spans[i].object == *s.object;
      });
      if (held == open.rend()) continue;
      spans[*held].last = s.step;
      open.erase(std::next(held).base());
    } else if (takes(s)) {
      open.push_back(spans.size());
      spans.push_back({s.thread, *s.object, s.step, std::nullopt, has(s.call, "rdlock")});
    }
  }
  return spans;
}

}  // namespace heddle::report
