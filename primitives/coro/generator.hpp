// Functions that produce values one after the other and are sent values back: Python's generators, as C++20
// coroutines.
#pragma once

#include <atomic>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <variant>

namespace heddle {

// A generator was resumed while it runs, or a value was sent to one that has not begun.
class generator_error : public std::logic_error {
  using std::logic_error::logic_error;
};

// Thrown at the suspension point by close(). Not a std::exception.
struct generator_exit {};

// Yields Y, is sent S, returns R. Lazy: the body begins with the first next(). `S got = co_yield value;`.
// One resumer at a time: another thread, or the body itself, that resumes while it runs gets generator_error.
// `co_yield other_generator` delegates to a generator of the same type. Movable. The destructor destroys the
// suspended frame and so all its locals.
template <class Y, class S = std::monostate, class R = void>
class generator {
  struct result_of_void {
    void return_void() noexcept {}
  };
  template <class Promise>
  struct result_of_value {
    template <class V>
    void return_value(V&& value) {
      static_cast<Promise*>(this)->result.emplace(std::forward<V>(value));
    }
  };
  using stored_result = std::conditional_t<std::is_void_v<R>, std::monostate, R>;

 public:
  enum class state : std::uint8_t { created, running, suspended, done };

  struct promise_type;
  using returning = std::conditional_t<std::is_void_v<R>, result_of_void, result_of_value<promise_type>>;

  struct promise_type : returning {
    generator get_return_object() { return generator(handle::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void unhandled_exception() { thrown = std::current_exception(); }

    struct resumption {
      promise_type& promise;
      bool await_ready() noexcept { return false; }
      void await_suspend(std::coroutine_handle<>) noexcept {}
      S await_resume() {
        if (promise.injected != nullptr) std::rethrow_exception(std::exchange(promise.injected, nullptr));
        return std::move(promise.sent);
      }
    };
    template <class V>
    resumption yield_value(V&& value) {
      yielded.emplace(std::forward<V>(value));
      return {*this};
    }
    // `R result = co_yield other_generator;` yields what the other one yields, which is sent what this one is
    // sent, and goes on when it has returned.
    struct delegation {
      promise_type& promise;
      generator inner;
      bool await_ready() {
        promise.yielded = inner.next();
        if (promise.yielded) promise.inner = &inner;
        return !promise.yielded;
      }
      void await_suspend(std::coroutine_handle<>) noexcept {}
      R await_resume() {
        if (promise.injected != nullptr) std::rethrow_exception(std::exchange(promise.injected, nullptr));
        if constexpr (!std::is_void_v<R>) return *inner.result();
      }
    };
    delegation yield_value(generator inner_generator) { return {*this, std::move(inner_generator)}; }
    void await_transform() = delete;

    generator* inner = nullptr;  // the generator whose values come now

    std::optional<Y> yielded;
    std::optional<stored_result> result;
    std::exception_ptr thrown;
    std::exception_ptr injected;
    S sent{};
    std::atomic<state> now{state::created};
  };

  generator(generator&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  generator& operator=(generator&& other) noexcept {
    generator old(std::move(*this));
    frame_ = std::exchange(other.frame_, nullptr);
    return *this;
  }
  ~generator() {
    if (frame_) frame_.destroy();
  }

  // The next value, or nothing when the body has returned. What the body throws comes out here, and ends it.
  std::optional<Y> next() {
    const state before = begin();
    if (before != state::done) promise().sent = S{};
    return before == state::done ? std::nullopt : resume();
  }

  // The body goes on with `value` as the result of its co_yield.
  std::optional<Y> send(S value) {
    const state before = begin();
    if (before == state::created) {
      give_back(state::created);
      throw generator_error("generator: sent a value before it began");
    }
    if (before == state::done) return std::nullopt;
    promise().sent = std::move(value);
    return resume();
  }

  // The body sees `thrown` thrown by its co_yield. A generator that has not begun, or is done, throws it
  // here.
  std::optional<Y> throw_in(std::exception_ptr thrown) {
    const state before = begin();
    if (before != state::suspended) {
      give_back(state::done);
      std::rethrow_exception(thrown);
    }
    promise().injected = std::move(thrown);
    return resume();
  }

  // Ends the body: it sees generator_exit, which it may catch to clean up, but not yield any more
  // (generator_error). Idempotent.
  void close() {
    const state before = begin();
    if (before != state::suspended) {
      give_back(state::done);
      return;
    }
    promise().injected = std::make_exception_ptr(generator_exit{});
    try {
      if (resume()) throw generator_error("generator: yielded while it was closed");
    } catch (const generator_exit&) {
    }
  }

  // acquire: done shows what the body did.
  state current_state() const noexcept { return frame_.promise().now.load(std::memory_order_acquire); }
  // What the body returned; nothing before.
  const std::optional<stored_result>& result() const noexcept { return frame_.promise().result; }

 private:
  using handle = std::coroutine_handle<promise_type>;

  explicit generator(handle frame) noexcept : frame_(frame) {}
  promise_type& promise() const noexcept { return frame_.promise(); }

  // Takes the generator for this thread. acquire: what the resumer before did.
  state begin() {
    if (!frame_) throw generator_error("generator: moved from");
    const state before = promise().now.exchange(state::running, std::memory_order_acquire);
    if (before == state::running) throw generator_error("generator: already running");
    if (before == state::done) give_back(state::done);
    return before;
  }

  // release: one resumer after the other.
  void give_back(state next) const noexcept { promise().now.store(next, std::memory_order_release); }

  std::optional<Y> resume() {
    promise_type& p = promise();
    p.yielded.reset();
    if (p.inner != nullptr) {
      if (std::optional<Y> out = resume_inner(p)) {
        give_back(state::suspended);
        return out;
      }
    }
    frame_.resume();
    std::optional<Y> out = std::move(p.yielded);
    p.yielded.reset();
    const bool done = frame_.done();
    const std::exception_ptr thrown = std::exchange(p.thrown, nullptr);
    give_back(done ? state::done : state::suspended);
    if (thrown != nullptr) std::rethrow_exception(thrown);
    return done ? std::nullopt : std::move(out);
  }

  // Nothing: the inner generator is done, or what it threw is to be thrown in the body.
  static std::optional<Y> resume_inner(promise_type& p) {
    std::optional<Y> out;
    try {
      out = p.injected != nullptr ? p.inner->throw_in(std::exchange(p.injected, nullptr))
                                  : p.inner->send(std::move(p.sent));
    } catch (...) {
      p.injected = std::current_exception();
    }
    if (!out) p.inner = nullptr;
    return out;
  }

  handle frame_;
};

}  // namespace heddle
