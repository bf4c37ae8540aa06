// Runs functions at their time: Python's sched.scheduler, woken when another thread enters an earlier event
// or cancels one.
#pragma once

#include <algorithm>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "primitives/core/deadline.hpp"
#include "primitives/core/lock.hpp"
#include "primitives/core/wait_list.hpp"
#include "primitives/sys/sys.hpp"

namespace heddle {

// Events run in the order of their time, then of their priority (low first), then of their entry, and outside
// the lock: an action may enter, cancel and run. Any thread may call anything; what happened before an event
// was entered happens before its action. Two threads inside run() share the events.
template <class Sys = sys::threads>
class basic_event_scheduler {
  struct key {
    sys::nanoseconds at;
    int priority;
    std::uint64_t number;
    friend auto operator<=>(const key&, const key&) = default;
  };

 public:
  // Names an event; stays valid, and names nothing else, after the event has gone.
  class event_id {
    friend basic_event_scheduler;
    explicit event_id(const key& k) : key_(k) {}
    key key_;

   public:
    friend bool operator==(const event_id&, const event_id&) = default;
  };

  basic_event_scheduler() = default;
  basic_event_scheduler(const basic_event_scheduler&) = delete;
  basic_event_scheduler& operator=(const basic_event_scheduler&) = delete;

  // Zero or less: due now.
  template <class Rep, class Period>
  event_id enter_after(std::chrono::duration<Rep, Period> delay, int priority, std::function<void()> action) {
    return enter_at_time(deadline_after<Sys>(delay), priority, std::move(action));
  }
  template <class Duration>
  event_id enter_at(std::chrono::time_point<std::chrono::steady_clock, Duration> time, int priority,
                    std::function<void()> action) {
    return enter_at_time(saturated_nanoseconds(time.time_since_epoch()), priority, std::move(action));
  }

  // True: the event will never run. False: it runs, has run, or was cancelled before.
  bool cancel(const event_id& which) {
    std::function<void()> dropped;  // destroyed after the lock was freed
    inside_.acquire();
    const auto found = events_.find(which.key_);
    const bool mine = found != events_.end();
    if (mine) {
      dropped = std::move(found->second);
      events_.erase(found);
    }
    wake(mine);
    return mine;
  }

  // Runs events as they become due until there is none left. An exception of an action leaves run(): its
  // event is gone, the others stay, and run() may be called again.
  void run() {
    while (std::optional<sys::nanoseconds> next = run_due()) {
      inside_.acquire();
      if (!events_.empty() && events_.begin()->first.at >= *next)
        static_cast<void>(core::wait_in(sleepers_, inside_, events_.begin()->first.at));
      inside_.release();
    }
  }

  // Runs what is due. Returns how long until the next event, or nothing if there is none. Never blocks.
  std::optional<std::chrono::nanoseconds> run_ready() {
    const std::optional<sys::nanoseconds> next = run_due();
    if (!next) return std::nullopt;
    return std::chrono::nanoseconds(std::max<sys::nanoseconds>(*next - Sys::now(), 0));
  }

  bool empty() const { return size() == 0; }
  std::size_t size() const {
    const core::hold<Sys> held(inside_);
    return events_.size();
  }
  // In the order in which they will run.
  std::vector<event_id> pending() const {
    const core::hold<Sys> held(inside_);
    std::vector<event_id> out;
    for (const auto& [k, action] : events_) out.push_back(event_id(k));
    return out;
  }

 private:
  event_id enter_at_time(sys::nanoseconds at, int priority, std::function<void()> action) {
    inside_.acquire();
    const key k{at, priority, entered_++};
    bool first = false;
    try {
      const auto entered = events_.emplace(k, std::move(action)).first;
      first = entered == events_.begin();  // asked after the event is in: operands have no order
    } catch (...) {
      inside_.release();
      throw;
    }
    wake(first);
    return event_id(k);
  }

  // Frees the lock. Whoever sleeps in run() looks again.
  void wake(bool changed) noexcept {
    typename core::wait_list<Sys>::chosen woken =
        changed ? sleepers_.take_all() : typename core::wait_list<Sys>::chosen();
    inside_.release();
    woken.answer();
  }

  // Returns when the next event is due, or nothing if there is none.
  std::optional<sys::nanoseconds> run_due() {
    for (;;) {
      std::function<void()> action;
      {
        const core::hold<Sys> held(inside_);
        if (events_.empty()) return std::nullopt;
        const auto first = events_.begin();
        if (first->first.at > Sys::now()) return first->first.at;
        action = std::move(first->second);
        events_.erase(first);
      }
      action();
    }
  }

  mutable core::lock<Sys> inside_;
  std::uint64_t entered_ = 0;
  std::map<key, std::function<void()>> events_;
  core::wait_list<Sys> sleepers_;
};

using event_scheduler = basic_event_scheduler<>;

}  // namespace heddle
