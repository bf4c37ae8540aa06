// Variables whose value belongs to a flow of control rather than to a thread: Python's contextvars.
//
// A context is an immutable sorted vector of bindings behind a shared pointer: copying is one reference,
// setting copies the vector (contexts hold a few variables; a trie would pay from dozens on).
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace heddle {

// A token used twice, for another variable or in another context; a context entered twice; a variable without
// a value.
class context_error : public std::logic_error {
  using std::logic_error::logic_error;
};

namespace core {

struct context_binding {
  const void* variable;
  std::shared_ptr<const void> value;
};
using context_bindings = std::vector<context_binding>;

struct context_state : std::enable_shared_from_this<context_state> {
  std::shared_ptr<const context_bindings> bindings = std::make_shared<context_bindings>();
  std::atomic<bool> entered{false};

  const void* find(const void* variable) const noexcept {
    const auto at = place(*bindings, variable);
    return at != bindings->end() && at->variable == variable ? at->value.get() : nullptr;
  }
  std::shared_ptr<const void> share(const void* variable) const noexcept {
    const auto at = place(*bindings, variable);
    return at != bindings->end() && at->variable == variable ? at->value : nullptr;
  }
  void bind(const void* variable, std::shared_ptr<const void> value) {
    auto next = std::make_shared<context_bindings>(*bindings);
    const auto at = next->begin() + (place(*next, variable) - next->cbegin());
    const bool there = at != next->end() && at->variable == variable;
    if (value == nullptr) {
      if (there) next->erase(at);
    } else if (there) {
      at->value = std::move(value);
    } else {
      next->insert(at, {variable, std::move(value)});
    }
    bindings = std::move(next);
  }

 private:
  static context_bindings::const_iterator place(const context_bindings& all, const void* variable) noexcept {
    return std::lower_bound(all.begin(), all.end(), variable, [](const context_binding& b, const void* v) {
      return std::less<const void*>()(b.variable, v);
    });
  }
};

// What the calling thread is in; never null. A new thread begins with an empty context.
inline context_state*& current_context() {
  struct beginning {
    std::shared_ptr<context_state> own = std::make_shared<context_state>();
    context_state* current = own.get();
  };
  thread_local beginning mine;
  return mine.current;
}

}  // namespace core

// A set of values of context variables. Handles share it; copy() is O(1) and independent from then on.
// Entered by at most one thread at a time, and never twice.
class context {
 public:
  // Empty.
  context() : state_(std::make_shared<core::context_state>()) {}

  // A snapshot of the calling thread's.
  static context copy_current() { return context(*core::current_context()); }
  context copy() const { return context(*state_); }

  // body(), with this as the thread's context: what it sets lands here. The former one is back on every way
  // out. Throws context_error if the context is entered already.
  template <class Body>
  decltype(auto) run(Body&& body) {
    const entry inside(state_);
    return std::forward<Body>(body)();
  }

  // Of variables that have a value here.
  std::size_t size() const noexcept { return state_->bindings->size(); }

 private:
  template <class T>
  friend class context_variable;

  explicit context(const core::context_state& from) : context() { state_->bindings = from.bindings; }

  class [[nodiscard]] entry {
   public:
    explicit entry(const std::shared_ptr<core::context_state>& state) : state_(state) {
      // acquire and release: one thread after the other.
      if (state_->entered.exchange(true, std::memory_order_acquire))
        throw context_error("context: already entered");
      before_ = std::exchange(core::current_context(), state_.get());
    }
    ~entry() {
      core::current_context() = before_;
      state_->entered.store(false, std::memory_order_release);
    }
    entry(const entry&) = delete;
    entry& operator=(const entry&) = delete;

   private:
    const std::shared_ptr<core::context_state> state_;
    core::context_state* before_ = nullptr;
  };

  std::shared_ptr<core::context_state> state_;
};

// A variable. Not copied, not moved: its address is its identity. Reading never blocks.
template <class T>
class context_variable {
 public:
  // Restores what set() replaced. Single use.
  class token {
   public:
    token(token&&) noexcept = default;
    token& operator=(token&&) noexcept = default;
    // Null: the variable had none.
    const T* old_value() const noexcept { return static_cast<const T*>(before_.get()); }

   private:
    friend context_variable;
    token() = default;
    const context_variable* variable_ = nullptr;
    std::shared_ptr<core::context_state> context_;
    std::shared_ptr<const void> before_;
  };

  explicit context_variable(std::string name) : name_(std::move(name)) {}
  context_variable(std::string name, T initial) : name_(std::move(name)), default_(std::move(initial)) {}
  context_variable(const context_variable&) = delete;
  context_variable& operator=(const context_variable&) = delete;

  const std::string& name() const noexcept { return name_; }

  // The value in the current context, else the default, else context_error.
  const T& get() const {
    if (const T* found = find(*core::current_context())) return *found;
    if (default_) return *default_;
    throw context_error("context_variable: " + name_ + " has no value");
  }
  T get_or(T otherwise) const {
    const T* const found = find(*core::current_context());
    return found != nullptr ? *found : std::move(otherwise);
  }
  // Null: none there.
  const T* get_in(const context& where) const noexcept { return find(*where.state_); }

  token set(T value) {
    core::context_state& current = *core::current_context();
    token out;
    out.variable_ = this;
    out.context_ = current.shared_from_this();
    out.before_ = current.share(this);
    current.bind(this, std::make_shared<const T>(std::move(value)));
    return out;
  }

  // Throws context_error if the token was used, is another variable's, or was made in another context.
  void reset(token& t) {
    if (t.variable_ == nullptr) throw context_error("context_variable: the token was used");
    if (t.variable_ != this) throw context_error("context_variable: the token is another variable's");
    if (t.context_.get() != core::current_context())
      throw context_error("context_variable: the token was made in another context");
    t.context_->bind(this, std::move(t.before_));
    t = token();
  }

 private:
  const T* find(const core::context_state& where) const noexcept {
    return static_cast<const T*>(where.find(this));
  }

  const std::string name_;
  const std::optional<T> default_;
};

}  // namespace heddle
