// Threads with names, exceptions that are reported, and joins that may be timed and repeated: Python's
// threading.Thread, with the destructor of std::jthread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <stop_token>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include "primitives/core/deadline.hpp"
#include "primitives/core/errors.hpp"
#include "primitives/core/lock.hpp"
#include "primitives/sys/sys.hpp"

namespace heddle {

struct thread_info {
  std::string name;
  std::uint32_t native_id = 0;  // 0 before the thread has begun to run
  bool daemon = false;          // of enumerate(): also after detach()
};

// Called, in the thread, with what its body threw. The default prints it. The thread then ends as usual.
using uncaught_handler = void (*)(const std::exception_ptr& thrown, const thread_info& thread) noexcept;

namespace core {

// Thrown by this_thread::exit(): not an error, and not a std::exception.
struct thread_exit {};

inline void print_uncaught(const std::exception_ptr& thrown, const thread_info& thread) noexcept {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "heddle: uncaught exception in %s: %s\n", thread.name.c_str(), error.what());
  } catch (...) {
    std::fprintf(stderr, "heddle: uncaught exception in %s\n", thread.name.c_str());
  }
}

// What outlives the handle while the thread runs, and the thread while somebody holds a handle.
template <class Sys>
struct thread_state {
  static constexpr std::uint32_t fresh = 0;
  static constexpr std::uint32_t running = 1;
  static constexpr std::uint32_t done = 2;
  static constexpr std::uint32_t sleepers = 4;  // beside `running`: threads may sleep until that ends

  thread_info info;
  std::size_t stack_bytes = 0;
  std::function<void(std::stop_token)> body;
  std::stop_source stop;
  typename Sys::futex_word phase{fresh};
  std::atomic<bool> daemon{false};
  // Joined or detached, as the system sees it; or the handle is not there yet, though the thread may have
  // run.
  std::atomic<bool> reclaimed{true};
  typename Sys::thread_handle handle{};
  thread_state* previous = nullptr;
  thread_state* next = nullptr;
  std::shared_ptr<thread_state> self;  // while the thread runs
};

// The threads that run, of this kind, in the order of their start.
template <class Sys>
struct thread_registry {
  lock<Sys> guard;
  thread_state<Sys>* first = nullptr;
  thread_state<Sys>* last = nullptr;
  std::size_t count = 0;
  std::size_t numbered = 0;
  std::atomic<uncaught_handler> handler{print_uncaught};
  std::atomic<std::size_t> stack_bytes{0};  // of threads that ask for none; 0: the system's default

  static inline constinit thread_local thread_state<Sys>* current = nullptr;
  static thread_registry& get() {
    static constinit thread_registry registry;
    return registry;
  }

  void add(thread_state<Sys>& state) noexcept {
    const hold<Sys> held(guard);
    state.previous = last;
    (last == nullptr ? first : last->next) = &state;
    last = &state;
    ++count;
  }
  void remove(thread_state<Sys>& state) noexcept {
    const hold<Sys> held(guard);
    (state.previous == nullptr ? first : state.previous->next) = state.next;
    (state.next == nullptr ? last : state.next->previous) = state.previous;
    --count;
  }
  std::string next_name() {
    const hold<Sys> held(guard);
    return "Thread-" + std::to_string(++numbered);
  }
};

}  // namespace core

// One thread. What its creator did before start() happens before the body; the end of the body happens before
// the return of every successful join. The destructor requests a stop and joins. Movable.
//
// Joining a thread that was not started throws thread_state_error; joining oneself throws
// resource_deadlock_would_occur.
template <class Sys = sys::threads>
class basic_thread {
  using state = core::thread_state<Sys>;
  using registry = core::thread_registry<Sys>;

 public:
  using id = typename Sys::thread_id;

  struct attributes {
    std::string name = {};        // empty: Thread-1, Thread-2, …
    bool daemon = false;          // runs on when its handle is gone: as after detach()
    std::size_t stack_bytes = 0;  // at least so much; 0: the system's default
  };

  // No thread.
  basic_thread() noexcept = default;

  // Starts a thread that calls body(), or body(stop_token).
  template <class Body>
  requires(!std::is_same_v<std::remove_cvref_t<Body>, basic_thread>) explicit basic_thread(Body body)
      : basic_thread(attributes{}, std::move(body)) {}
  template <class Body>
  basic_thread(attributes how, Body body) : basic_thread(deferred(std::move(how), std::move(body))) {
    start();
  }

  // A thread that has still to be started.
  template <class Body>
  static basic_thread deferred(attributes how, Body body) {
    basic_thread out;
    out.state_ = std::make_shared<state>();
    state& made = *out.state_;
    made.info.name = how.name.empty() ? registry::get().next_name() : std::move(how.name);
    made.info.daemon = how.daemon;
    made.daemon.store(how.daemon, std::memory_order_relaxed);
    made.stack_bytes = how.stack_bytes;
    if constexpr (std::is_invocable_v<Body&, std::stop_token>) {
      made.body = std::move(body);
    } else {
      made.body = [body = std::move(body)](const std::stop_token&) mutable { body(); };
    }
    return out;
  }

  basic_thread(basic_thread&& other) noexcept = default;
  basic_thread& operator=(basic_thread&& other) noexcept {
    basic_thread old(std::move(*this));
    state_ = std::move(other.state_);
    return *this;
  }
  ~basic_thread() {
    if (state_ == nullptr || phase() == state::fresh || daemon()) return;
    if (is_current()) {
      detach();
    } else {
      request_stop();
      join();
    }
  }

  // Once. A system that cannot start a thread throws std::system_error and leaves it startable.
  void start() {
    state& s = require();
    std::uint32_t expected = state::fresh;
    if (!s.phase.compare_exchange_strong(expected, state::running, std::memory_order_relaxed))
      throw thread_state_error("thread: started twice");
    s.self = state_;
    registry::get().add(s);
    const std::size_t stack =
        s.stack_bytes != 0 ? s.stack_bytes : registry::get().stack_bytes.load(std::memory_order_relaxed);
    const sys::thread_attributes how{.stack_bytes = stack};
    typename Sys::thread_handle handle{};
    if (const int error = Sys::thread_create(handle, run, &s, how); error != 0) {
      registry::get().remove(s);
      stop_running(s, state::fresh,
                   std::memory_order_relaxed);  // joiners learn that there is nothing to wait for
      s.self.reset();
      throw std::system_error(error, std::generic_category(), "thread: not started");
    }
    s.handle = handle;
    // release: whoever reclaims the thread sees the handle.
    s.reclaimed.store(false, std::memory_order_release);
    if (daemon()) detach();
  }

  // Blocks until the body has ended. Any number of times, by any number of threads.
  void join() { static_cast<void>(join_until(sys::no_deadline)); }

  // Whether the body ended within `duration`. Zero or less asks.
  template <class Rep, class Period>
  [[nodiscard]] bool try_join_for(std::chrono::duration<Rep, Period> duration) {
    const sys::nanoseconds left = saturated_nanoseconds(duration);
    return join_until(left > 0 ? deadline_after<Sys>(left) : 0);
  }
  template <class Clock, class Duration>
  [[nodiscard]] bool try_join_until(std::chrono::time_point<Clock, Duration> time) {
    return until(time, [this](auto left) { return try_join_for(left); });
  }

  // The destructor no longer joins. The handle stays usable.
  void detach() {
    state& s = require();
    s.daemon.store(true, std::memory_order_relaxed);
    if (phase() != state::fresh && reclaims(s)) Sys::thread_detach(s.handle);
  }

  // Whether this is a thread, started and not yet destroyed.
  bool joinable() const noexcept { return state_ != nullptr && phase() != state::fresh; }
  // acquire: false after the end shows what the body did.
  bool is_alive() const noexcept { return state_ != nullptr && phase() == state::running; }

  const std::string& name() const { return require().info.name; }
  bool daemon() const { return require().daemon.load(std::memory_order_relaxed); }

  bool request_stop() noexcept { return state_ != nullptr && state_->stop.request_stop(); }
  std::stop_token get_stop_token() const noexcept {
    return state_ == nullptr ? std::stop_token() : state_->stop.get_token();
  }

  // The threads of this kind that run. A hint: out of date when it returns.
  static std::size_t active_count() {
    registry& all = registry::get();
    const core::hold<Sys> held(all.guard);
    return all.count;
  }
  static std::vector<thread_info> enumerate() {
    registry& all = registry::get();
    const core::hold<Sys> held(all.guard);
    std::vector<thread_info> out;
    for (const state* s = all.first; s != nullptr; s = s->next) {
      out.push_back(s->info);
      out.back().daemon = s->daemon.load(std::memory_order_relaxed);
    }
    return out;
  }
  // Of the calling thread; nothing in threads that are none of this kind, such as the main thread.
  static const thread_info* current() noexcept {
    return registry::current == nullptr ? nullptr : &registry::current->info;
  }

  // For the whole process; null: exceptions are dropped. Returns the one before. What came before the call
  // happens before the calls of the handler, and before the return to whoever replaces it.
  static uncaught_handler set_uncaught_handler(uncaught_handler handler) noexcept {
    return registry::get().handler.exchange(handler, std::memory_order_acq_rel);
  }

 private:
  state& require() const {
    if (state_ == nullptr) throw thread_state_error("thread: no thread");
    return *state_;
  }
  std::uint32_t phase() const noexcept {
    return state_->phase.load(std::memory_order_acquire) & ~state::sleepers;
  }
  static void stop_running(state& s, std::uint32_t next, std::memory_order order) noexcept {
    if ((s.phase.exchange(next, order) & state::sleepers) != 0) Sys::futex_wake(s.phase, sys::wake_all);
  }
  // acquire: the handle.
  static bool reclaims(state& s) noexcept { return !s.reclaimed.exchange(true, std::memory_order_acquire); }
  bool is_current() const noexcept { return registry::current == state_.get(); }

  bool join_until(sys::nanoseconds deadline) {
    state& s = require();
    if (is_current()) throw_lock_error(std::errc::resource_deadlock_would_occur, "thread: joins itself");
    for (;;) {
      // acquire: the end of the body.
      std::uint32_t seen = s.phase.load(std::memory_order_acquire);
      if (seen == state::fresh) throw thread_state_error("thread: joined before its start");
      // Who waits for ever for what it will reclaim sleeps once, until the system's thread is gone.
      if ((seen == state::done || deadline == sys::no_deadline) && reclaims(s)) {
        Sys::thread_join(s.handle);
        return true;
      }
      if (seen == state::done) return true;
      if ((seen & state::sleepers) == 0 &&
          !s.phase.compare_exchange_weak(seen, seen | state::sleepers, std::memory_order_relaxed,
                                         std::memory_order_relaxed))
        continue;
      if (Sys::futex_wait(s.phase, seen | state::sleepers, deadline) == sys::futex_result::timed_out)
        return false;
    }
  }

  static void* run(void* argument) {
    const std::shared_ptr<state> s = std::move(static_cast<state*>(argument)->self);
    registry& all = registry::get();
    Sys::set_name(s->info.name.c_str());  // by itself: naming another thread goes through a file
    {
      const core::hold<Sys> held(all.guard);
      s->info.native_id = Sys::self();
    }
    registry::current = s.get();
    try {
      s->body(s->stop.get_token());
    } catch (const core::thread_exit&) {
    } catch (...) {
      const uncaught_handler handler = all.handler.load(std::memory_order_acquire);
      if (handler != nullptr) handler(std::current_exception(), s->info);
    }
    s->body = nullptr;
    registry::current = nullptr;
    all.remove(*s);
    // release: whoever joins sees what the body did.
    stop_running(*s, state::done, std::memory_order_release);
    return nullptr;
  }

  std::shared_ptr<state> state_;
};

using thread = basic_thread<>;

// A thread as a base class: override run().
// Join before the destruction of the derived part: the thread uses it. Destruction while it runs terminates.
class runnable {
 public:
  runnable() : runnable(thread::attributes{}) {}
  explicit runnable(thread::attributes how) : thread_(thread::deferred(std::move(how), [this] { run(); })) {}
  runnable(const runnable&) = delete;
  runnable& operator=(const runnable&) = delete;
  virtual ~runnable() {
    if (thread_.is_alive()) destroyed_in_use("runnable");
  }

  virtual void run() = 0;

  void start() { thread_.start(); }
  void join() { thread_.join(); }
  template <class Rep, class Period>
  [[nodiscard]] bool try_join_for(std::chrono::duration<Rep, Period> duration) {
    return thread_.try_join_for(duration);
  }
  bool is_alive() const noexcept { return thread_.is_alive(); }
  const std::string& name() const { return thread_.name(); }
  bool daemon() const { return thread_.daemon(); }

 private:
  thread thread_;
};

namespace this_thread {

inline sys::threads::thread_id native_id() noexcept { return sys::threads::self(); }
inline void yield() noexcept { sys::threads::yield(); }
// Ends a heddle::thread quietly: unwinds, destructors run.
[[noreturn]] inline void exit() { throw core::thread_exit(); }

template <class Rep, class Period>
void sleep_for(std::chrono::duration<Rep, Period> duration) noexcept {
  const sys::nanoseconds left = saturated_nanoseconds(duration);
  if (left > 0) sys::threads::sleep_until(deadline_after<sys::threads>(left));
}

}  // namespace this_thread

}  // namespace heddle
