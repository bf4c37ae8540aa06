// What threads, timers, futures and the event scheduler are, as sequential objects (see locks.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <tuple>

namespace heddle::model {

struct thread {
  enum class phase : std::uint8_t { fresh, running, done } now = phase::fresh;

  bool can_start() const { return now == phase::fresh; }
  void start() { now = phase::running; }
  void end() { now = phase::done; }
  bool can_join() const { return now == phase::done; }
  bool operator==(const thread&) const = default;
};

// Firing and cancelling both need an armed timer.
struct timer {
  enum class phase : std::uint8_t { armed, firing, fired, cancelled } now = phase::armed;

  bool fire() {
    if (now != phase::armed) return false;
    now = phase::firing;
    return true;
  }
  void end() { now = phase::fired; }
  // True: the callback never runs.
  bool cancel() {
    if (now == phase::armed) now = phase::cancelled;
    return now == phase::cancelled;
  }
  bool operator==(const timer&) const = default;
};

struct future {
  enum class state : std::uint8_t { pending, running, cancelled, finished } now = state::pending;
  int value = 0;

  // True: the work is to be done.
  bool begin() {
    if (now == state::pending) now = state::running;
    return now == state::running;
  }
  // False: there is a result, or it was cancelled.
  bool set(int result) {
    if (is_done()) return false;
    now = state::finished;
    value = result;
    return true;
  }
  bool cancel() {
    if (now == state::pending) now = state::cancelled;
    return now == state::cancelled;
  }
  bool is_done() const { return now == state::cancelled || now == state::finished; }
  bool can_get() const { return is_done(); }
  bool operator==(const future&) const = default;
};

// Events by time, priority and entry.
struct event_scheduler {
  using event = std::tuple<std::int64_t, int, std::size_t>;
  std::set<event> events;
  std::size_t entered = 0;

  event enter(std::int64_t time, int priority) { return *events.emplace(time, priority, entered++).first; }
  bool cancel(const event& which) { return events.erase(which) != 0; }
  bool can_run(std::int64_t now) const { return !events.empty() && std::get<0>(*events.begin()) <= now; }
  event run() { return events.extract(events.begin()).value(); }
  bool operator==(const event_scheduler&) const = default;
};

}  // namespace heddle::model
