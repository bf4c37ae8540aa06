#include "reports/merge/suppressions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <set>
#include <utility>

#include "reports/format/names.hpp"
#include "reports/format/rule_lookup.hpp"

namespace heddle::report {
namespace {

using format::Finding;
using format::Frame;
using format::Stack;
using format::Verdict;

constexpr std::array<std::string_view, 6> kinds = {"fingerprint", "rule",   "function",
                                                   "file",        "object", "module"};

std::string_view next_word(std::string_view& text) {
  const std::size_t start = std::min(text.find_first_not_of(" \t\r"), text.size());
  text.remove_prefix(start);
  const std::string_view word = text.substr(0, text.find_first_of(" \t\r"));
  text.remove_prefix(word.size());
  return word;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

bool number(std::string_view digits, int& value) {
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return failed == std::errc() && end == digits.data() + digits.size();
}

bool is_date(std::string_view text) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  if (!number(text.substr(0, 4), year) || !number(text.substr(5, 2), month) || !number(text.substr(8), day))
    return false;
  return std::chrono::year_month_day{std::chrono::year(year),
                                     std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day))}
      .ok();
}

// The id of the rule with this id or name, or an empty text.
std::string rule_id(std::string_view name) {
  if (format::rule_of(name)) return std::string(name);
  for (int i = 1; i <= format::rules_count; ++i) {
    const format::RuleInfo& rule = format::info(static_cast<format::Rule>(i));
    if (name == rule.name) return rule.id;
  }
  return "";
}

// Empty if the line is good.
std::string read_line(std::string_view line, Suppression& into) {
  const std::string_view subject = next_word(line);
  // Functions are written with "::"; the first single colon ends the kind.
  const std::size_t colon = subject.find(':');
  if (colon == std::string_view::npos || colon + 1 == subject.size())
    return fmt::format("'{}' is not of the form KIND:PATTERN", subject);
  into.kind = subject.substr(0, colon);
  into.pattern = subject.substr(colon + 1);
  if (std::ranges::find(kinds, into.kind) == kinds.end() && rule_id(into.kind).empty()) {
    return fmt::format("unknown kind '{}': it must be one of {}, or a rule such as data-race", into.kind,
                       fmt::join(kinds, ", "));
  }
  if (into.kind == "rule" && rule_id(into.pattern).empty() && into.pattern.find('*') == std::string::npos)
    return fmt::format("there is no rule '{}'", into.pattern);
  std::string_view rest = line;
  constexpr std::string_view key = "until=";
  if (const std::string_view word = next_word(rest); word.starts_with(key)) {
    into.until = word.substr(key.size());
    if (!is_date(into.until)) return fmt::format("'{}' is not a date such as until=2027-06-30", word);
    line = rest;
  }
  into.reason = trimmed(line);
  return into.reason.empty() ? "no reason is given: say after the pattern why this is left out" : "";
}

// What a finding is about, for patterns.
struct Subjects {
  std::set<std::string> functions;
  std::set<std::string> files;
  std::set<std::string> modules;
  std::set<std::string> objects;
};

void add_stack(Subjects& to, const Stack& stack) {
  for (const Frame& frame : stack.frames) {
    if (!frame.function.empty()) {
      to.functions.insert(frame.function);
      to.functions.insert(format::short_function(frame.function));
    }
    if (!frame.file.empty()) to.files.insert(frame.file);
    if (!frame.module.empty()) to.modules.insert(frame.module);
  }
}

void add_object(Subjects& to, const Finding& f, std::optional<int> id) {
  if (const format::Object* o = f.object(id); o != nullptr && !o->name.empty()) to.objects.insert(o->name);
}

Subjects subjects_of(const Finding& f) {
  Subjects all;
  for (const format::Access& a : f.accesses) {
    add_stack(all, a.stack);
    add_object(all, f, a.object);
  }
  for (const format::Blocked& b : f.blocked) {
    if (b.daemon) continue;
    add_stack(all, b.stack);
    add_object(all, f, b.object);
  }
  if (all.functions.empty() && !f.steps.empty()) add_stack(all, f.steps.back().stack);
  return all;
}

bool any(const std::set<std::string>& texts, std::string_view pattern) {
  return std::ranges::any_of(texts, [&](const std::string& text) { return matches(pattern, text); });
}
bool any_path(const std::set<std::string>& paths, std::string_view pattern) {
  return any(paths, pattern) || any(paths, fmt::format("*/{}", pattern));
}

bool covers(const Suppression& s, const Finding& f, const Subjects& about) {
  if (s.kind == "fingerprint") return matches(s.pattern, f.fingerprint);
  if (s.kind == "rule") return matches(s.pattern, f.rule) || matches(s.pattern, f.name);
  if (s.kind == "function") return any(about.functions, s.pattern);
  if (s.kind == "file") return any_path(about.files, s.pattern);
  if (s.kind == "object") return any(about.objects, s.pattern);
  if (s.kind == "module") return any_path(about.modules, s.pattern);
  return rule_id(s.kind) == f.rule && (any(about.functions, s.pattern) || any_path(about.files, s.pattern) ||
                                       any(about.objects, s.pattern) || any_path(about.modules, s.pattern));
}

// Without its findings a search that ended at the first one has shown nothing more than that.
void judge_again(format::RunResult& result) {
  if (result.verdict != Verdict::bug || !result.findings.empty()) return;
  result.verdict = Verdict::no_bug;
  result.guarantee =
      fmt::format("Every finding ({}) is suppressed. This is no proof that there are no others.",
                  result.suppressed.size());
  if (result.exploration.reason == "first_bug") {
    result.problems.push_back(
        "the search ended at a finding that is suppressed: --keep-going looks for others behind it");
  }
}

}  // namespace

bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;  // the last `*` seen, and how much of the text it takes so far
  std::size_t taken = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool read_suppressions(std::string_view text, const std::string& file, std::vector<Suppression>& into,
                       std::string& error) {
  int line_number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line_number;
    if (line.empty() || line.starts_with('#')) continue;
    Suppression one;
    one.at = fmt::format("{}:{}", format::base_name(file), line_number);
    if (const std::string wrong = read_line(line, one); !wrong.empty()) {
      error = fmt::format("{}:{}: {}", file, line_number, wrong);
      return false;
    }
    into.push_back(std::move(one));
  }
  return true;
}

std::vector<std::string> suppress(format::RunResult& result, const std::vector<Suppression>& suppressions,
                                  const std::string& today) {
  std::vector<std::string> news;
  std::vector<const Suppression*> in_force;
  for (const Suppression& s : suppressions) {
    if (s.until.empty() || today <= s.until) {
      in_force.push_back(&s);
    } else {
      news.push_back(
          fmt::format("{}: the suppression {} expired on {} and is ignored", s.at, s.text(), s.until));
    }
  }
  std::set<const Suppression*> used;
  std::vector<Finding> kept;
  for (Finding& f : result.findings) {
    const Subjects about = subjects_of(f);
    const auto first =
        std::ranges::find_if(in_force, [&](const Suppression* s) { return covers(*s, f, about); });
    if (first == in_force.end()) {
      kept.push_back(std::move(f));
      continue;
    }
    used.insert(*first);
    result.suppressed.push_back({std::move(f), (*first)->reason, (*first)->at});
  }
  result.findings = std::move(kept);
  for (const Suppression* s : in_force) {
    if (!used.contains(s))
      news.push_back(fmt::format("{}: the suppression {} matched nothing", s->at, s->text()));
  }
  judge_again(result);
  return news;
}

}  // namespace heddle::report
