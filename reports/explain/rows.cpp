#include "reports/explain/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "reports/format/cause.hpp"
#include "reports/format/names.hpp"

namespace heddle::report {
namespace {

using format::Access;
using format::Blocked;
using format::Finding;
using format::Step;

std::string place_of(const format::Stack& stack) { return format::place(stack.user_frame()); }

bool is_plain(const Access& a) { return a.kind == "read" || a.kind == "write" || a.kind == "free"; }

bool shown_in_table(const Access& a) {
  return a.role == "current" || a.role == "previous" || a.role == "freed_at";
}

Row other_row(Row::Kind kind, int thread, std::string text, const format::Stack& stack, bool marked) {
  Row row;
  row.kind = kind;
  row.thread = thread;
  row.text = std::move(text);
  row.stack = &stack;
  row.marked = marked;
  row.where = place_of(stack);
  return row;
}

// " [holds a, b]": the locks the thread has after a step.
std::string holding(const Finding& f, int thread, std::uint64_t step) {
  std::string names;
  for (const format::LockSpan& lock : f.locks) {
    if (lock.thread != thread || lock.first > step || (lock.last && *lock.last <= step)) continue;
    names += (names.empty() ? "" : ", ") + format::object_name(f, lock.object);
  }
  return names.empty() ? "" : " [holds " + names + "]";
}

Row access_row(const Finding& f, const Access& a) {
  // Where an earlier access stands among the steps may be unknown: it is told in the past tense, at the end.
  const bool placed = a.step || a.role == "current";
  const char* verb = placed ? "uses" : "used";
  if (a.kind == "read") verb = placed ? "reads" : "read";
  if (a.kind == "write") verb = placed ? "writes" : "wrote";
  if (a.kind == "free") verb = placed ? "frees" : "freed";
  if (a.kind == "allocation") verb = placed ? "allocates" : "allocated";
  if (a.kind == "lock") verb = placed ? "locks" : "locked";
  if (a.kind == "call") return other_row(Row::Kind::access, a.thread, f.title, a.stack, true);
  std::string text = fmt::format("{} {}{}{}", verb, format::object_name(f, a.object, a.address),
                                 placed ? "" : " (earlier)", a.step ? holding(f, a.thread, *a.step) : "");
  return other_row(Row::Kind::access, a.thread, std::move(text), a.stack, true);
}

Row waiting_row(const Finding& f, const Blocked& b, bool marked) {
  std::string text = format::waiting_for(f, b) + " for ever";
  if (b.holder && !format::is_join(b))
    text += fmt::format(" (held by {})", format::thread_name(f, *b.holder));
  return other_row(Row::Kind::waiting, b.thread, text + holding(f, b.thread, UINT64_MAX), b.stack, marked);
}

// Several operations make up one call (a condition's wait: enqueue, unlock, sleep, lock); together they are
// one row.
bool continues_call(const Step& before, const Step& now) {
  constexpr std::string_view composite[] = {"wait", "once", "barrier", "guard"};
  const bool is_composite = std::ranges::any_of(
      composite, [&](std::string_view word) { return now.call.find(word) != std::string::npos; });
  return is_composite && before.thread == now.thread && before.call == now.call && before.kind != "choose" &&
         place_of(before.stack) == place_of(now.stack) && !now.switched;
}

// A loop of several calls is one turn of it, and how often it went round.
void fold_cycles(std::vector<Row>& rows) {
  constexpr std::size_t period_max = 8;
  const auto same = [](const Row& a, const Row& b) {
    return a.kind == b.kind && a.thread == b.thread && a.text == b.text && a.where == b.where &&
           a.depth == b.depth && a.times == b.times;
  };
  std::vector<Row> folded;
  for (std::size_t i = 0; i < rows.size();) {
    std::size_t best_period = 0;
    std::size_t best_turns = 1;
    for (std::size_t period = 2; period <= period_max && i + 2 * period <= rows.size(); ++period) {
      std::size_t matching = 0;
      while (i + period + matching < rows.size() && same(rows[i + matching], rows[i + period + matching]) &&
             rows[i + matching].thread == rows[i].thread) {
        ++matching;
      }
      const std::size_t turns = matching / period + 1;
      if (turns > 1 && turns * period > best_turns * best_period) {
        best_period = period;
        best_turns = turns;
      }
    }
    if (best_period == 0) {
      folded.push_back(std::move(rows[i++]));
      continue;
    }
    for (std::size_t k = 0; k < best_period; ++k) {
      rows[i + k].times *= static_cast<int>(std::min<std::size_t>(best_turns, 1'000'000));
      for (std::size_t turn = 1; turn < best_turns; ++turn)
        rows[i + k].marked = rows[i + k].marked || rows[i + turn * best_period + k].marked;
      folded.push_back(std::move(rows[i + k]));
    }
    i += best_turns * best_period;
  }
  rows = std::move(folded);
}

class Builder {
 public:
  explicit Builder(const Finding& finding) : f_(finding) {}

  std::vector<Row> build() {
    for (const Access& a : f_.accesses) {
      if (shown_in_table(a) && a.step && !is_plain(a)) marked_.insert(*a.step);
      if (a.role == "notified_at" && a.step) marked_.insert(*a.step);
      if (shown_in_table(a) && is_plain(a) && a.step) placed_.emplace(*a.step, &a);
    }
    plain_accesses(0, [](int) { return true; });
    for (std::size_t i = 0; i < f_.steps.size(); ++i) {
      step(i);
      plain_accesses_after(i);
    }
    unplaced_accesses(false);
    unplaced_accesses(true);
    const auto cycle = format::wait_cycle(f_);
    for (const Blocked& b : f_.blocked) {
      const bool in_cycle = std::ranges::find(cycle, &b) != cycle.end();
      rows_.push_back(waiting_row(f_, b, cycle.empty() ? !b.daemon : in_cycle));
    }
    fold_cycles(rows_);
    return std::move(rows_);
  }

 private:
  void step(std::size_t i) {
    const Step& s = f_.steps[i];
    const Step* before = i > 0 ? &f_.steps[i - 1] : nullptr;
    if (before != nullptr) switch_row(*before, s);
    Row row = other_row(Row::Kind::step, s.thread, s.text, s.stack, marked_.contains(s.step));
    row.first = row.last = s.step;
    if (!s.without_surprise.empty()) {
      const char* const instead = s.kind == "choose" ? "choice 0" : "the latest";
      row.text += fmt::format(" ({} instead: {})", instead, s.without_surprise);
    }
    if (before != nullptr && !rows_.empty() && rows_.back().kind == Row::Kind::step &&
        continues_call(*before, s)) {
      extend(rows_.back(), row);
      return;
    }
    row.depth = calls_around(s);
    fold_repetition(std::move(row));
  }

  // A row for each function of the user that the thread has entered since its step before.
  int calls_around(const Step& s) {
    std::vector<Call> path;
    const format::Frame* caller = nullptr;
    for (auto frame = s.stack.frames.rbegin(); frame != s.stack.frames.rend(); ++frame) {
      if (frame->library || frame->function.empty()) continue;
      path.push_back({format::short_function(frame->function), format::place(caller)});
      caller = &*frame;
    }
    if (!path.empty()) path.erase(path.begin());  // what the thread runs
    if (path.size() > depth_max) path.resize(depth_max);
    std::vector<Call>& now = paths_[s.thread];
    std::size_t common = 0;
    while (common < path.size() && common < now.size() && path[common] == now[common]) ++common;
    for (std::size_t i = common; i < path.size(); ++i) {
      Row row;
      row.kind = Row::Kind::call;
      row.thread = s.thread;
      row.text = path[i].function + "()";
      row.depth = static_cast<int>(i);
      row.where = path[i].from;
      rows_.push_back(std::move(row));
    }
    now = std::move(path);
    return static_cast<int>(now.size());
  }

  static void extend(Row& row, const Row& by) {
    row.last = by.last;
    row.marked = row.marked || by.marked;
  }

  // The same call with the same result again and again is a loop: one row that counts.
  void fold_repetition(Row row) {
    const bool repeats = !rows_.empty() && rows_.back().kind == Row::Kind::step &&
                         rows_.back().thread == row.thread && rows_.back().text == row.text &&
                         rows_.back().where == row.where;
    if (!repeats) {
      rows_.push_back(std::move(row));
      return;
    }
    extend(rows_.back(), row);
    ++rows_.back().times;
  }

  // Once for each switch.
  void switch_row(const Step& before, const Step& now) {
    if (!now.switched || before.thread == now.thread || switched_at_ == now.step) return;
    Row row;
    row.kind = Row::Kind::switched;
    row.thread = before.thread;
    row.text = "switch (" + *now.switched + (now.without.empty() ? "" : "; without it: " + now.without) + ")";
    rows_.push_back(std::move(row));
    switched_at_ = now.step;
  }

  // What the thread of step `i` did after it, then, when the next thread had already taken over, what that
  // did.
  void plain_accesses_after(std::size_t i) {
    const Step& s = f_.steps[i];
    const auto by_itself = [&](int thread) { return thread == s.thread; };
    const auto by_others = [&](int thread) { return thread != s.thread; };
    plain_accesses(s.step, by_itself);
    if (i + 1 < f_.steps.size() && any_plain_access(s.step, by_others)) switch_row(s, f_.steps[i + 1]);
    plain_accesses(s.step, by_others);
  }

  template <class Who>
  bool any_plain_access(std::uint64_t number, Who who) const {
    const auto [from, to] = placed_.equal_range(number);
    return std::any_of(from, to, [&](const auto& entry) { return who(entry.second->thread); });
  }

  template <class Who>
  void plain_accesses(std::uint64_t number, Who who) {
    const auto [from, to] = placed_.equal_range(number);
    std::for_each(from, to, [&](const auto& entry) {
      if (who(entry.second->thread)) rows_.push_back(access_row(f_, *entry.second));
    });
  }

  // The current access is the last thing that happened.
  void unplaced_accesses(bool current) {
    for (const Access& a : f_.accesses) {
      const bool placed = a.step && (*a.step == 0 || f_.step(*a.step) != nullptr);
      if (shown_in_table(a) && !placed && (a.role == "current") == current)
        rows_.push_back(access_row(f_, a));
    }
  }

  static constexpr std::size_t depth_max = 8;
  struct Call {
    std::string function;
    std::string from;
    bool operator==(const Call&) const = default;
  };

  const Finding& f_;
  std::vector<Row> rows_;
  std::map<int, std::vector<Call>> paths_;  // by thread: the functions it is in
  std::set<std::uint64_t> marked_;
  std::multimap<std::uint64_t, const Access*> placed_;  // plain accesses by the step they stand after
  std::uint64_t switched_at_ = 0;                       // the step whose switch has its row
};

}  // namespace

std::string Row::number() const {
  if (first == 0) return "";
  return first == last ? std::to_string(first) : fmt::format("{}-{}", first, last);
}

std::vector<Row> rows(const Finding& finding) { return Builder(finding).build(); }

}  // namespace heddle::report
