#include "reports/terminal/interleaving_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "reports/format/names.hpp"
#include "reports/terminal/step_text.hpp"

namespace heddle::report {
namespace {

using format::Access;
using format::Blocked;
using format::Finding;
using format::Step;

constexpr std::size_t rows_max = 60;
constexpr std::size_t rows_kept_first = 15;

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
  if (a.kind == "call") return {Row::Kind::access, a.thread, "", f.title, place_of(a.stack), true};
  std::string text =
      fmt::format("{} {}{}", verb, format::object_name(f, a.object, a.address), placed ? "" : " (earlier)");
  return {Row::Kind::access, a.thread, "", std::move(text), place_of(a.stack), true};
}

Row waiting_row(const Finding& f, const Blocked& b) {
  std::string text = format::waiting_for(f, b) + " for ever";
  if (b.holder && !format::is_join(b))
    text += fmt::format(" (held by {})", format::thread_name(f, *b.holder));
  return {Row::Kind::waiting, b.thread, "", std::move(text), place_of(b.stack), !b.daemon};
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
  Builder(const Finding& finding, const Style& style) : f_(finding), style_(style) {}

  std::vector<Row> build() {
    for (const Access& a : f_.accesses) {
      if (shown_in_table(a) && a.step && !is_plain(a)) marked_.insert(*a.step);
      if (a.role == "notified_at" && a.step) marked_.insert(*a.step);
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
    const auto newest = s.object ? newest_.find(*s.object) : newest_.end();
    Row row{
        Row::Kind::step,        s.thread,
        std::to_string(s.step), step_text(f_, s, newest == newest_.end() ? nullptr : newest->second, style_),
        place_of(s.stack),      marked_.contains(s.step)};
    if (s.object && s.written && s.mo_last) newest_[*s.object] = &s;
    if (before != nullptr && !rows_.empty() && rows_.back().kind == Row::Kind::step &&
        continues_call(*before, s)) {
      Row& last = rows_.back();
      last.number = last.number.substr(0, last.number.find('-')) + "-" + row.number;
      last.marked = last.marked || row.marked;
      return;
    }
    fold_repetition(std::move(row));
  }

  // The same call with the same result again and again is a loop: one row that counts.
  void fold_repetition(Row row) {
    if (!rows_.empty() && row.text == repeated_ && rows_.back().thread == row.thread &&
        rows_.back().kind == Row::Kind::step && rows_.back().where == row.where) {
      Row& last = rows_.back();
      last.number = last.number.substr(0, last.number.find('-')) + "-" + row.number;
      last.text = fmt::format("{}  {}{}", repeated_, style_.times(), ++repetitions_);
      last.marked = last.marked || row.marked;
      return;
    }
    repeated_ = row.text;
    repetitions_ = 1;
    rows_.push_back(std::move(row));
  }

  // Once for each switch.
  void switch_row(const Step& before, const Step& now) {
    if (!now.switched || before.thread == now.thread || switched_at_ == now.step) return;
    rows_.push_back({Row::Kind::switched, before.thread, "", "switch (" + *now.switched + ")", "", false});
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
    return std::ranges::any_of(f_.accesses,
                               [&](const Access& a) { return stands_after(a, number) && who(a.thread); });
  }

  template <class Who>
  void plain_accesses(std::uint64_t number, Who who) {
    for (const Access& a : f_.accesses) {
      if (stands_after(a, number) && who(a.thread)) rows_.push_back(access_row(f_, a));
    }
  }

  static bool stands_after(const Access& a, std::uint64_t number) {
    return shown_in_table(a) && is_plain(a) && a.step && *a.step == number;
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
  const Style& style_;
  std::vector<Row> rows_;
  std::set<std::uint64_t> marked_;
  std::map<int, const Step*> newest_;  // by object: the last store in modification order so far
  std::string repeated_;
  int repetitions_ = 0;
  std::uint64_t switched_at_ = 0;  // the step whose switch has its row
};

void elide(std::vector<Row>& rows) {
  if (rows.size() <= rows_max) return;
  const std::size_t left_out = rows.size() - rows_max;
  Row note{Row::Kind::elided, 0, "", fmt::format("{} rows left out (-v shows them)", left_out), "", false};
  const auto from = rows.begin() + static_cast<std::ptrdiff_t>(rows_kept_first);
  rows.erase(from, from + static_cast<std::ptrdiff_t>(left_out));
  rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(rows_kept_first), std::move(note));
}

}  // namespace

std::vector<Row> interleaving_rows(const Finding& finding, const Style& style) {
  std::vector<Row> rows = Builder(finding, style).build();
  if (!style.verbose) elide(rows);
  return rows;
}

}  // namespace heddle::report
