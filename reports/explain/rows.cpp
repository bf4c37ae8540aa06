#include "reports/explain/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

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

Row access_row(const Finding& f, const Access& a) {
  // Where an earlier access stands among the steps may be unknown: it is told in the past tense, at the end.
  const bool placed = a.step || a.role == "current";
  const char* verb = placed ? "uses" : "used";
  if (a.kind == "read") verb = placed ? "reads" : "read";
  if (a.kind == "write") verb = placed ? "writes" : "wrote";
  if (a.kind == "free") verb = placed ? "frees" : "freed";
  if (a.kind == "lock") verb = placed ? "locks" : "locked";
  if (a.kind == "call") return {Row::Kind::access, a.thread, 0, 0, f.title, &a.stack, true};
  std::string text =
      fmt::format("{} {}{}", verb, format::object_name(f, a.object, a.address), placed ? "" : " (earlier)");
  return {Row::Kind::access, a.thread, 0, 0, std::move(text), &a.stack, true};
}

Row waiting_row(const Finding& f, const Blocked& b) {
  std::string text = format::waiting_for(f, b) + " for ever";
  if (b.holder && !format::is_join(b))
    text += fmt::format(" (held by {})", format::thread_name(f, *b.holder));
  return {Row::Kind::waiting, b.thread, 0, 0, std::move(text), &b.stack, !b.daemon};
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
    for (const Blocked& b : f_.blocked) rows_.push_back(waiting_row(f_, b));
    return std::move(rows_);
  }

 private:
  void step(std::size_t i) {
    const Step& s = f_.steps[i];
    const Step* before = i > 0 ? &f_.steps[i - 1] : nullptr;
    if (before != nullptr) switch_row(*before, s);
    Row row{Row::Kind::step, s.thread, s.step, s.step, s.text, &s.stack, marked_.contains(s.step)};
    if (before != nullptr && !rows_.empty() && rows_.back().kind == Row::Kind::step &&
        continues_call(*before, s)) {
      extend(rows_.back(), row);
      return;
    }
    fold_repetition(std::move(row));
  }

  static void extend(Row& row, const Row& by) {
    row.last = by.last;
    row.marked = row.marked || by.marked;
  }

  // The same call with the same result again and again is a loop: one row that counts.
  void fold_repetition(Row row) {
    const bool repeats = !rows_.empty() && rows_.back().kind == Row::Kind::step &&
                         rows_.back().thread == row.thread && rows_.back().text == row.text &&
                         place_of(*rows_.back().stack) == place_of(*row.stack);
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
    rows_.push_back({Row::Kind::switched, before.thread, 0, 0, "switch (" + *now.switched + ")"});
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

  const Finding& f_;
  std::vector<Row> rows_;
  std::set<std::uint64_t> marked_;
  std::multimap<std::uint64_t, const Access*> placed_;  // plain accesses by the step they stand after
  std::uint64_t switched_at_ = 0;                       // the step whose switch has its row
};

}  // namespace

std::string Row::number() const {
  if (first == 0) return "";
  return first == last ? std::to_string(first) : fmt::format("{}-{}", first, last);
}

std::string Row::place() const { return stack == nullptr ? "" : place_of(*stack); }

std::vector<Row> rows(const Finding& finding) { return Builder(finding).build(); }

}  // namespace heddle::report
