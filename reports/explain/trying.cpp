#include "reports/explain/trying.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/format/names.hpp"

namespace heddle::report {
namespace {

using format::Finding;
using format::Fix;
using format::OrderChange;
using format::Step;

std::string at(const format::Stack& stack) {
  const std::string place = format::place(stack.user_frame());
  return place.empty() ? "" : " at " + place;
}

std::string kind_in_words(const std::string& kind) {
  if (kind == "rmw") return "read-modify-write";
  if (kind == "compare_exchange") return "compare-exchange";
  return kind;
}

std::string change_in_words(const OrderChange& c) {
  const bool changes_failure = !c.failure_to.empty() && c.failure_to != c.failure_from;
  return fmt::format("the {}{} {} instead of {}{}", kind_in_words(c.kind), at(c.stack), c.to, c.from,
                     changes_failure ? fmt::format(" ({} on failure)", c.failure_to) : "");
}

std::string fix_in_words(const Fix& fix) {
  std::string text = "Make ";
  for (std::size_t i = 0; i < fix.orders.size(); ++i) {
    text += i == 0 ? "" : i + 1 == fix.orders.size() ? " and " : ", ";
    text += change_in_words(fix.orders[i]);
  }
  return text +
         (fix.verified
              ? fmt::format(". With that, all executions of the program were explored ({}), and nothing "
                            "goes wrong in any. ",
                            fix.executions)
              : fmt::format(". With that, nothing went wrong in {} executions. ", fix.executions));
}

bool same(const Step& a, const Step& b) {
  return a.thread == b.thread && a.kind == b.kind && a.call == b.call && a.value == b.value &&
         a.written == b.written && a.source == b.source && a.timed_out == b.timed_out &&
         format::place(a.stack.user_frame()) == format::place(b.stack.user_frame());
}

std::string move_in_words(const Finding& f, const Step& s) {
  return fmt::format("{}: {}{}", format::thread_name(f, s.thread), s.text, at(s.stack));
}

}  // namespace

std::string fixes_in_words(const Finding& f) {
  std::string text;
  for (const Fix& fix : f.fixes) {
    if (!fix.orders.empty()) text += fix_in_words(fix);
  }
  return text;
}

std::string turning_in_words(const Finding& f) {
  if (f.passing.empty()) return "";
  const Finding& passing = f.passing.front();
  const std::size_t most = std::min(f.steps.size(), passing.steps.size());
  std::size_t part = 0;
  while (part < most && same(f.steps[part], passing.steps[part])) ++part;
  if (part == passing.steps.size()) return "";
  const std::string before = part == 0
                                 ? "The nearest execution that passes differs from the first step on."
                                 : fmt::format("The nearest execution that passes is the same up to step {}.",
                                               f.steps[part - 1].step);
  const std::string here =
      part == f.steps.size() ? "" : " Here comes " + move_in_words(f, f.steps[part]) + ";";
  return before + here + (here.empty() ? " There comes " : " there, ") +
         move_in_words(passing, passing.steps[part]) + (here.empty() ? ", and it goes on." : ".");
}

std::string chance_in_words(const Finding& f, const format::Chance& c) {
  const std::string when = c.after == 0 ? "from the start" : fmt::format("after step {}", c.after);
  const bool no_return = f.no_return && *f.no_return == c.after;
  return fmt::format("{}: {} of {} random continuations fail{}", when, c.failed, c.failed + c.passed,
                     !no_return     ? ""
                     : c.after == 0 ? ", whatever the order"
                                    : ", the point of no return");
}

}  // namespace heddle::report
