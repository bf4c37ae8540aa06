// A result that will come: Python's concurrent.futures.Future, in two halves as in the standard.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "primitives/core/deadline.hpp"
#include "primitives/core/errors.hpp"
#include "primitives/core/lock.hpp"
#include "primitives/core/word_wait.hpp"
#include "primitives/sys/sys.hpp"

namespace heddle {

enum class future_errc : std::uint8_t { invalid_state, cancelled, broken_promise, broken_executor, no_state };

class future_error : public std::logic_error {
 public:
  explicit future_error(future_errc code) : std::logic_error(text(code)), code_(code) {}
  future_errc code() const noexcept { return code_; }

 private:
  static const char* text(future_errc code) noexcept {
    switch (code) {
      case future_errc::invalid_state:
        return "future: already completed, or not in a state that allows the call";
      case future_errc::cancelled:
        return "future: cancelled";
      case future_errc::broken_promise:
        return "future: the promise was destroyed without a result";
      case future_errc::broken_executor:
        return "future: the executor broke before the task was run";
      case future_errc::no_state:
        break;
    }
    return "future: no state";
  }
  future_errc code_;
};

// pending → running → finished, or pending → cancelled → notified, which is a cancelled one whose producer
// knows.
enum class future_state : std::uint8_t { pending, running, cancelled, notified, finished };

namespace core {

// What futures of all types share. The word holds the state, and whether threads may sleep.
template <class Sys>
class future_base {
 public:
  future_base() noexcept = default;
  future_base(const future_base&) = delete;
  future_base& operator=(const future_base&) = delete;

  // acquire: what the producer did before it completed.
  future_state state() const noexcept { return state_of(word_.load(std::memory_order_acquire)); }
  bool is_done() const noexcept { return is_final(state()); }

  // False: the deadline passed, or a stop was requested first.
  bool wait_until(sys::nanoseconds deadline, const std::stop_token& stop = {}) const noexcept {
    std::uint32_t seen = word_.load(std::memory_order_acquire);
    if (is_final(state_of(seen))) return true;
    return wait_on<Sys>(word_, deadline, stop,
                        [this, seen](auto& wait) noexcept { return this->wait_from(seen, wait); });
  }

  bool cancel() {
    guard_.acquire();
    const future_state before = state_of(word_.load(std::memory_order_relaxed));
    if (before != future_state::pending) {
      guard_.release();
      return before == future_state::cancelled || before == future_state::notified;
    }
    complete(future_state::cancelled);
    return true;
  }

  // By the producer, before it begins: false if it need not.
  bool begin() {
    const hold<Sys> held(guard_);
    const future_state before = state_of(word_.load(std::memory_order_relaxed));
    if (before != future_state::pending && before != future_state::cancelled)
      throw future_error(future_errc::invalid_state);
    const bool goes_on = before == future_state::pending;
    // relaxed: a change of the state only; sleepers stay announced.
    change(goes_on ? future_state::running : future_state::notified, std::memory_order_relaxed);
    return goes_on;
  }

  // store() puts the result where readers will find it. Throws invalid_state if there is one already.
  template <class Store>
  void finish(Store store) {
    guard_.acquire();
    if (is_final(state_of(word_.load(std::memory_order_relaxed)))) {
      guard_.release();
      throw future_error(future_errc::invalid_state);
    }
    try {
      store();
    } catch (...) {
      guard_.release();
      throw;
    }
    complete(future_state::finished);
  }

  // Called once, after the completion, by the thread that completes; at once if that has happened.
  void on_done(std::function<void()> callback, const void* owner = nullptr) {
    guard_.acquire();
    // relaxed: who completed had the lock.
    if (is_final(state_of(word_.load(std::memory_order_relaxed)))) {
      guard_.release();
      call(callback);
      return;
    }
    callbacks_.push_back({std::move(callback), owner});
    guard_.release();
  }

  // Drops the callbacks of an owner that are still to be called. One that runs meanwhile may still do.
  void forget(const void* owner) {
    guard_.acquire();
    const auto first = std::stable_partition(callbacks_.begin(), callbacks_.end(),
                                             [owner](const registered& r) { return r.owner != owner; });
    std::vector<registered> dropped(std::make_move_iterator(first),
                                    std::make_move_iterator(callbacks_.end()));
    callbacks_.erase(first, callbacks_.end());
    guard_.release();
  }

 private:
  static constexpr std::uint32_t sleepers = 8;

  struct registered {
    std::function<void()> callback;
    const void* owner;
  };

  static future_state state_of(std::uint32_t word) noexcept {
    return static_cast<future_state>(word & ~sleepers);
  }
  static bool is_final(future_state state) noexcept { return state >= future_state::cancelled; }

  template <class Wait>
  bool wait_from(std::uint32_t seen, Wait& wait) const noexcept {
    for (;;) {
      if (is_final(state_of(seen))) return true;
      // release: as wait_on() asks.
      const bool announced = ((seen & sleepers) != 0 && !wait.announces()) ||
                             word_.compare_exchange_weak(seen, seen | sleepers, std::memory_order_release,
                                                         std::memory_order_relaxed);
      if (announced && !wait.sleep(seen | sleepers)) return false;
      seen = word_.load(std::memory_order_acquire);
    }
  }

  // With the lock: nobody else changes the state, but threads announce that they sleep.
  std::uint32_t change(future_state next, std::memory_order order) noexcept {
    std::uint32_t seen = word_.load(std::memory_order_relaxed);
    while (!word_.compare_exchange_weak(seen, static_cast<std::uint32_t>(next) | (seen & sleepers), order,
                                        std::memory_order_relaxed)) {
    }
    return seen;
  }

  // Frees the lock.
  void complete(future_state final) noexcept {
    // release: the result, for whoever sees the state. acquire: as wait_on() asks.
    const std::uint32_t before = change(final, std::memory_order_acq_rel);
    const std::vector<registered> callbacks = std::move(callbacks_);
    guard_.release();
    if ((before & sleepers) != 0) wake_sleepers<Sys>(word_, sys::wake_all);
    for (const registered& r : callbacks) call(r.callback);
  }

  static void call(const std::function<void()>& callback) noexcept {
    try {
      callback();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "heddle: a callback of a future threw: %s\n", error.what());
    } catch (...) {
      std::fprintf(stderr, "heddle: a callback of a future threw\n");
    }
  }

  mutable typename Sys::futex_word word_{0};
  lock<Sys> guard_;
  std::vector<registered> callbacks_;
};

template <class T, class Sys>
struct future_value : future_base<Sys> {
  using stored = std::conditional_t<std::is_void_v<T>, std::monostate, T>;
  std::optional<stored> value;
  std::exception_ptr thrown;
};

}  // namespace core

// The reading half: any number of copies, used by any number of threads. What happened before the completion
// happens before the return of every wait and get, and before the callbacks.
template <class T, class Sys = sys::threads>
class basic_future {
  using state_type = core::future_value<T, Sys>;

 public:
  basic_future() noexcept = default;
  explicit basic_future(std::shared_ptr<state_type> state) noexcept : state_(std::move(state)) {}

  bool valid() const noexcept { return state_ != nullptr; }
  future_state state() const { return require().state(); }
  bool is_done() const { return require().is_done(); }
  bool is_cancelled() const {
    const future_state s = state();
    return s == future_state::cancelled || s == future_state::notified;
  }

  // True: the producer's work will never begin, and waits end. False: it has begun, or is done.
  bool cancel() { return require().cancel(); }

  // Blocks until the future is done.
  void wait() const { static_cast<void>(require().wait_until(sys::no_deadline)); }
  // False: a stop was requested first.
  [[nodiscard]] bool wait(const std::stop_token& stop) const {
    return require().wait_until(sys::no_deadline, stop);
  }
  // Whether it is done within `duration`, which a stop ends early. Zero or less asks.
  template <class Rep, class Period>
  [[nodiscard]] bool wait_for(std::chrono::duration<Rep, Period> duration,
                              const std::stop_token& stop = {}) const {
    const sys::nanoseconds left = saturated_nanoseconds(duration);
    return left > 0 ? require().wait_until(deadline_after<Sys>(left), stop) : is_done();
  }

  // Blocks; then the value, or throws what the producer threw, or future_error(cancelled). Again and again.
  decltype(auto) get() const {
    wait();
    return finished();
  }
  // As get(), or throws timeout_error.
  template <class Rep, class Period>
  decltype(auto) get_for(std::chrono::duration<Rep, Period> duration) const {
    if (!wait_for(duration)) throw timeout_error("future: no result in time");
    return finished();
  }
  // Blocks; the value is moved out. By one thread, once.
  T take() requires(!std::is_void_v<T>) {
    static_cast<void>(get());
    return std::move(*state_->value);
  }
  // Blocks; what the producer threw, or null.
  std::exception_ptr exception() const {
    wait();
    if (is_cancelled()) throw future_error(future_errc::cancelled);
    return state_->thrown;
  }

  // Called with this future, once, after it is done: by the thread that completes it, in the order they were
  // added, or at once by the caller if it is done. What a callback throws is printed.
  void add_done_callback(std::function<void(const basic_future&)> callback) const {
    require().on_done([state = state_, callback = std::move(callback)] { callback(basic_future(state)); });
  }

  // The same for callbacks that can be dropped again, all those of an owner at once.
  void add_done_callback(std::function<void()> callback, const void* owner) const {
    require().on_done(std::move(callback), owner);
  }
  void remove_done_callbacks(const void* owner) const { require().forget(owner); }

  friend bool operator==(const basic_future& a, const basic_future& b) noexcept {
    return a.state_ == b.state_;
  }
  const void* id() const noexcept { return state_.get(); }

 private:
  state_type& require() const {
    if (state_ == nullptr) throw future_error(future_errc::no_state);
    return *state_;
  }

  std::conditional_t<std::is_void_v<T>, void, std::add_lvalue_reference_t<const T>> finished() const {
    if (is_cancelled()) throw future_error(future_errc::cancelled);
    if (state_->thrown != nullptr) std::rethrow_exception(state_->thrown);
    if constexpr (!std::is_void_v<T>) return *state_->value;
  }

  std::shared_ptr<state_type> state_;
};

// The writing half. Destroyed without a result, the future fails with broken_promise. One that was moved from
// throws no_state.
template <class T, class Sys = sys::threads>
class basic_promise {
  using state_type = core::future_value<T, Sys>;

 public:
  basic_promise() : state_(std::make_shared<state_type>()) {}
  basic_promise(basic_promise&&) noexcept = default;
  basic_promise& operator=(basic_promise&& other) noexcept {
    basic_promise old(std::move(*this));
    state_ = std::move(other.state_);
    return *this;
  }
  ~basic_promise() {
    if (state_ != nullptr && !state_->is_done())
      abandon(std::make_exception_ptr(future_error(future_errc::broken_promise)));
  }

  basic_future<T, Sys> get_future() const {
    static_cast<void>(require());
    return basic_future<T, Sys>(state_);
  }

  // True: the work is to be done, and can no longer be cancelled. False: it was cancelled.
  bool set_running_or_notify_cancel() { return require().begin(); }

  // The first one counts; later ones, and one after a cancel, throw invalid_state and change nothing.
  template <class... Value>
  void set_value(Value&&... value) {
    require().finish([&] { state_->value.emplace(std::forward<Value>(value)...); });
  }
  void set_exception(const std::exception_ptr& thrown) {
    require().finish([&] { state_->thrown = thrown; });
  }

  // set_exception() unless there is a result.
  void abandon(const std::exception_ptr& thrown) noexcept {
    try {
      set_exception(thrown);
    } catch (const future_error&) {
    }
  }

 private:
  state_type& require() const {
    if (state_ == nullptr) throw future_error(future_errc::no_state);
    return *state_;
  }

  std::shared_ptr<state_type> state_;
};

template <class T>
using future = basic_future<T>;
template <class T>
using promise = basic_promise<T>;

}  // namespace heddle
