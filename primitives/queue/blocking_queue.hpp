// Queues whose operations wait, with the tracking of tasks of Python's queue module, and the closing of 3.13.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include "primitives/core/deadline.hpp"
#include "primitives/core/errors.hpp"
#include "primitives/core/expected.hpp"
#include "primitives/core/lock.hpp"
#include "primitives/core/wait_list.hpp"
#include "primitives/sys/sys.hpp"

namespace heddle {

enum class queue_errc : std::uint8_t { empty, full, closed, timeout, stopped };

// Thrown by the twins of pop and push that throw.
class queue_error : public std::runtime_error {
 public:
  explicit queue_error(queue_errc code) : std::runtime_error("queue: empty, full or closed"), code_(code) {}
  queue_errc code() const noexcept { return code_; }

 private:
  queue_errc code_;
};

enum class closing : std::uint8_t {
  graceful,   // what is in the queue can still be taken
  immediate,  // what is in the queue is dropped
};

// The orders in which elements leave: oldest first, newest first, smallest first (equal ones oldest first).
// put() gives the strong guarantee: if it throws, nothing was added.
template <class T>
class fifo_order {
 public:
  void put(T&& value) { items_.push_back(std::move(value)); }
  T take() {
    T out = std::move(items_.front());
    items_.pop_front();
    return out;
  }
  std::size_t size() const noexcept { return items_.size(); }
  void clear() noexcept { items_.clear(); }

 private:
  std::deque<T> items_;
};

template <class T>
class lifo_order {
 public:
  void put(T&& value) { items_.push_back(std::move(value)); }
  T take() {
    T out = std::move(items_.back());
    items_.pop_back();
    return out;
  }
  std::size_t size() const noexcept { return items_.size(); }
  void clear() noexcept { items_.clear(); }

 private:
  std::vector<T> items_;
};

template <class T, class Less = std::less<T>>
class priority_order {
 public:
  // Sorted, the next one last: a comparison that throws leaves everything in its place.
  void put(T&& value) {
    const auto place =
        std::partition_point(items_.begin(), items_.end(), [&](const T& item) { return less_(value, item); });
    items_.insert(place, std::move(value));
  }
  T take() {
    T out = std::move(items_.back());
    items_.pop_back();
    return out;
  }
  std::size_t size() const noexcept { return items_.size(); }
  void clear() noexcept { items_.clear(); }

 private:
  std::vector<T> items_;
  [[no_unique_address]] Less less_;
};

// Many producers, many consumers. What happened before a push happens before the return of the pop that takes
// its element. A call that fails, times out or is stopped has changed nothing.
//
// Every element pushed is an unfinished task until task_done() is called for it; join() waits until there is
// none.
template <class T, class Order = fifo_order<T>, class Sys = sys::threads>
class basic_blocking_queue {
  using waiters = core::wait_list<Sys>;

 public:
  using value_type = T;
  template <class V>
  using result = expected<V, queue_errc>;
  struct done {
    friend constexpr bool operator==(done, done) = default;
  };

  // At most `capacity` elements; 0: no bound.
  explicit basic_blocking_queue(std::size_t capacity = 0) : capacity_(capacity) {}
  basic_blocking_queue(const basic_blocking_queue&) = delete;
  basic_blocking_queue& operator=(const basic_blocking_queue&) = delete;

  // Blocks while the queue is full. Fails with `closed`, and `stopped` if a stop is requested first.
  result<done> push(T value, std::stop_token stop = {}) {
    return put(std::move(value), sys::no_deadline, stop);
  }
  // Never blocks: `full`, `closed`.
  result<done> try_push(T value) { return put(std::move(value), no_wait, {}); }
  // Blocks for at most `duration`: `timeout`, `closed`. Zero or less is try_push().
  template <class Rep, class Period>
  result<done> push_for(T value, std::chrono::duration<Rep, Period> duration) {
    const sys::nanoseconds left = saturated_nanoseconds(duration);
    return put(std::move(value), left > 0 ? deadline_after<Sys>(left) : no_wait, {});
  }

  // Blocks while the queue is empty. Fails with `closed` when it is closed and nothing is left.
  result<T> pop(std::stop_token stop = {}) { return take(sys::no_deadline, stop); }
  // Never blocks: `empty`, `closed`.
  result<T> try_pop() { return take(no_wait, {}); }
  // Blocks for at most `duration`: `timeout`, `closed`. Zero or less is try_pop().
  template <class Rep, class Period>
  result<T> pop_for(std::chrono::duration<Rep, Period> duration) {
    const sys::nanoseconds left = saturated_nanoseconds(duration);
    return take(left > 0 ? deadline_after<Sys>(left) : no_wait, {});
  }
  // As pop(); throws queue_error instead.
  T pop_or_throw() {
    result<T> got = pop();
    if (!got) throw queue_error(got.error());
    return std::move(*got);
  }

  // The work on an element that was taken is done. Throws over_release if none was unfinished.
  void task_done() {
    inside_.acquire();
    if (unfinished_ == 0) {
      inside_.release();
      throw over_release("queue: task_done() more often than push()");
    }
    finish(1);
  }

  // Blocks until every element pushed so far has been taken and done. What happened before the last
  // task_done() happens before the return.
  void join() {
    inside_.acquire();
    while (unfinished_ != 0) static_cast<void>(core::wait_in(joiners_, inside_, sys::no_deadline));
    inside_.release();
  }

  // No push succeeds any more. Whoever waits to push fails; whoever waits to pop fails once nothing is left.
  // Dropped elements count as done. Idempotent; an immediate close stays one.
  void close(closing how = closing::graceful) {
    Order dropped;
    inside_.acquire();
    closed_ = true;
    const std::size_t drops = how == closing::immediate ? items_.size() : 0;
    if (drops != 0) std::swap(dropped, items_);
    typename waiters::chosen poppers = items_.size() == 0 ? poppers_.take_all() : typename waiters::chosen();
    typename waiters::chosen pushers = pushers_.take_all();
    finish(drops);
    poppers.answer(core::wait_end::refused);
    pushers.answer(core::wait_end::refused);
  }

  // Hints: out of date when they return.
  std::size_t size() const {
    const core::hold<Sys> held(inside_);
    return items_.size();
  }
  bool empty() const { return size() == 0; }
  bool full() const { return capacity_ != 0 && size() >= capacity_; }
  bool closed() const {
    const core::hold<Sys> held(inside_);
    return closed_;
  }
  std::size_t unfinished() const {
    const core::hold<Sys> held(inside_);
    return unfinished_;
  }
  std::size_t capacity() const noexcept { return capacity_; }

 private:
  static constexpr sys::nanoseconds no_wait = -1;

  // Unlocks on the way out, and wakes whoever was chosen. By exception too.
  class locked {
   public:
    explicit locked(basic_blocking_queue& queue) noexcept : queue_(queue) { queue_.inside_.acquire(); }
    ~locked() {
      if (others_ != nullptr) wake_ = others_->take_one();
      queue_.inside_.release();
      wake_.answer();
    }
    locked(const locked&) = delete;
    locked& operator=(const locked&) = delete;
    // If what follows throws, this thread hands on to one of `others` what it may have been woken for.
    void unless_done(waiters& others) noexcept { others_ = &others; }
    // It has not thrown.
    void wake(typename waiters::chosen chosen) noexcept {
      others_ = nullptr;
      wake_ = chosen;
    }

   private:
    basic_blocking_queue& queue_;
    waiters* others_ = nullptr;
    typename waiters::chosen wake_;
  };

  result<done> put(T value, sys::nanoseconds deadline, const std::stop_token& stop) {
    locked inside(*this);
    while (!closed_ && capacity_ != 0 && items_.size() >= capacity_) {
      if (const auto failed = wait(pushers_, deadline, stop, queue_errc::full)) return unexpected(*failed);
    }
    if (closed_) return unexpected(queue_errc::closed);
    inside.unless_done(pushers_);
    items_.put(std::move(value));
    ++unfinished_;
    inside.wake(poppers_.take_one());
    return done{};
  }

  result<T> take(sys::nanoseconds deadline, const std::stop_token& stop) {
    locked inside(*this);
    while (items_.size() == 0) {
      if (closed_) return unexpected(queue_errc::closed);
      if (const auto failed = wait(poppers_, deadline, stop, queue_errc::empty)) return unexpected(*failed);
    }
    inside.unless_done(poppers_);
    result<T> out(items_.take());
    // The last element of a closed queue: nobody waits for a next one.
    inside.wake(closed_ && items_.size() == 0 ? poppers_.take_all() : pushers_.take_one());
    return out;
  }

  // Why the wait is over, or nothing: look again.
  std::optional<queue_errc> wait(waiters& list, sys::nanoseconds deadline, const std::stop_token& stop,
                                 queue_errc at_once) {
    if (deadline == no_wait) return at_once;
    if (stop.stop_requested()) return queue_errc::stopped;
    if (core::wait_in(list, inside_, deadline, stop) != core::wait_end::left) return std::nullopt;
    return stop.stop_requested() ? queue_errc::stopped : queue_errc::timeout;
  }

  // Frees the lock.
  void finish(std::size_t count) {
    unfinished_ -= count;
    typename waiters::chosen joiners = unfinished_ == 0 ? joiners_.take_all() : typename waiters::chosen();
    inside_.release();
    joiners.answer();
  }

  const std::size_t capacity_;
  mutable core::lock<Sys> inside_;
  bool closed_ = false;
  std::size_t unfinished_ = 0;
  Order items_;
  waiters pushers_;
  waiters poppers_;
  waiters joiners_;
};

template <class T>
using blocking_queue = basic_blocking_queue<T>;
template <class T>
using blocking_stack = basic_blocking_queue<T, lifo_order<T>>;
template <class T, class Less = std::less<T>>
using blocking_priority_queue = basic_blocking_queue<T, priority_order<T, Less>>;

}  // namespace heddle
