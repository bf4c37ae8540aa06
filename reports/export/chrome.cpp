// Trace events (the JSON that chrome://tracing and Perfetto open): a process for each finding, a track for
// each thread and for each lock, arrows for what a read read. Time is the number of the row, in milliseconds.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "reports/explain/rows.hpp"
#include "reports/export/export.hpp"
#include "reports/format/names.hpp"

namespace heddle::report {
namespace {

using Json = nlohmann::ordered_json;
using format::Finding;
using format::Step;

constexpr int row_us = 1000;
constexpr std::int64_t first_lock_track = 1'000'000;

class Writer {
 public:
  void add(const Finding& f) {
    ++process_;
    names(f);
    place_rows(f);
    for (const format::LockSpan& lock : f.locks) lock_span(f, lock);
    for (const Step& s : f.steps) arrow(f, s);
  }
  Json take() { return std::move(events_); }

 private:
  Json event(const char* phase, std::int64_t track, std::int64_t at) const {
    return {{"ph", phase}, {"pid", process_}, {"tid", track}, {"ts", at}};
  }

  void name(const char* what, std::int64_t track, const std::string& text) {
    Json e = event("M", track, 0);
    e["name"] = what;
    e["args"] = {{"name", text}};
    events_.push_back(std::move(e));
  }

  void names(const Finding& f) {
    name("process_name", 0, f.rule + " " + f.title);
    std::map<int, bool> seen;
    for (const format::Thread& t : f.threads) seen[t.id] = true;
    for (const Step& s : f.steps) seen[s.thread] = true;
    for (const auto& [thread, present] : seen) name("thread_name", thread, format::thread_title(f, thread));
    lock_tracks_.clear();
    for (const format::LockSpan& lock : f.locks) {
      const auto track = first_lock_track + static_cast<std::int64_t>(lock_tracks_.size());
      if (!lock_tracks_.try_emplace({lock.object, lock.thread}, track).second) continue;
      name("thread_name", track,
           fmt::format("{} of {}", format::object_name(f, lock.object), format::thread_name(f, lock.thread)));
    }
  }

  void place_rows(const Finding& f) {
    at_.clear();
    end_ = 0;
    for (const Row& row : rows(f)) {
      if (row.kind == Row::Kind::switched || row.kind == Row::Kind::call) continue;
      Json e = event("X", row.thread, end_);
      e["dur"] = row_us * 4 / 5;
      e["name"] = row.times > 1 ? fmt::format("{} ×{}", row.text, row.times) : row.text;
      e["cat"] = row.kind == Row::Kind::step ? "step" : row.kind == Row::Kind::access ? "access" : "wait";
      Json arguments = Json::object();
      if (row.first != 0) arguments["step"] = row.number();
      if (const std::string& place = row.where; !place.empty()) arguments["at"] = place;
      if (row.marked) arguments["part of the bug"] = true;
      e["args"] = std::move(arguments);
      events_.push_back(std::move(e));
      // Steps are found by the last of their row; rows come in the order of steps.
      if (row.first != 0) at_[row.last] = end_;
      end_ += row_us;
    }
  }

  std::int64_t time_of(std::uint64_t step) const {
    const auto row = at_.lower_bound(step);
    return row == at_.end() ? end_ : row->second;
  }

  void lock_span(const Finding& f, const format::LockSpan& lock) {
    const std::int64_t from = time_of(lock.first);
    const std::int64_t to = lock.last ? time_of(*lock.last) : end_;
    Json e = event("X", lock_tracks_[{lock.object, lock.thread}], from);
    e["dur"] = std::max<std::int64_t>(to - from, 1);
    e["name"] =
        fmt::format("held by {}{}", format::thread_name(f, lock.thread), lock.shared ? " (shared)" : "");
    e["cat"] = "lock";
    events_.push_back(std::move(e));
  }

  void arrow(const Finding& f, const Step& read) {
    if (!read.source || *read.source < 1) return;
    const Step* const store = f.step(static_cast<std::uint64_t>(*read.source));
    if (store == nullptr || store->thread == read.thread) return;
    ++arrows_;
    for (const auto& [phase, step] : {std::pair{"s", store}, std::pair{"f", &read}}) {
      Json e = event(phase, step->thread, time_of(step->step) + row_us * 2 / 5);
      e["id"] = arrows_;
      e["name"] = "reads from";
      e["cat"] = "reads from";
      e["bp"] = "e";
      events_.push_back(std::move(e));
    }
  }

  Json events_ = Json::array();
  int process_ = 0;
  int arrows_ = 0;
  std::map<std::uint64_t, std::int64_t> at_;  // time by the last step of a row
  std::int64_t end_ = 0;
  std::map<std::pair<int, int>, std::int64_t> lock_tracks_;  // by object and thread: readers share a lock
};

}  // namespace

std::string to_chrome(const format::RunResult& result, const ExportOptions&) {
  Writer writer;
  for (const Finding& f : result.findings) writer.add(f);
  const Json document = {{"displayTimeUnit", "ms"}, {"traceEvents", writer.take()}};
  return document.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace heddle::report
