// What a call gave: nothing, a value or an exception.
#pragma once

#include <cxxabi.h>

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <heddle/verify/text.hpp>
#include <memory>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace heddle::detail {

class Result {
 public:
  enum class Kind : std::uint8_t { nothing, value, exception };
  virtual ~Result() = default;
  virtual std::string text() const = 0;  // "→ 1", "", "throws std::logic_error"
  Kind kind() const { return kind_; }

 protected:
  explicit Result(Kind kind) : kind_(kind) {}

 private:
  Kind kind_;
};
using ResultPointer = std::unique_ptr<Result>;

class Nothing final : public Result {
 public:
  Nothing() : Result(Kind::nothing) {}
  std::string text() const override { return ""; }
};

template <class T>
class Value final : public Result {
 public:
  explicit Value(T v) : Result(Kind::value), value(std::move(v)) {}
  std::string text() const override { return "→ " + text_of(value); }
  T value;
};

class Exception final : public Result {
 public:
  explicit Exception(const std::type_info* thrown) : Result(Kind::exception), type(thrown) {}
  std::string text() const override {
    if (type == nullptr) return "throws";
    int status = 0;
    const std::unique_ptr<char, void (*)(void*)> name(
        abi::__cxa_demangle(type->name(), nullptr, nullptr, &status), std::free);
    return std::string("throws ") + (status == 0 ? name.get() : type->name());
  }
  const std::type_info* type;
};

// Calls `f`. Exceptions are results, but the one that ends a cancelled thread.
template <class F>
ResultPointer result_of(F&& f) {
  using R = std::decay_t<std::invoke_result_t<F>>;
  try {
    if constexpr (std::is_void_v<R>) {
      std::forward<F>(f)();
      return std::make_unique<Nothing>();
    } else {
      return std::make_unique<Value<R>>(std::forward<F>(f)());
    }
  } catch (abi::__forced_unwind&) {
    throw;
  } catch (...) {
    return std::make_unique<Exception>(abi::__cxa_current_exception_type());
  }
}

// The same outcome; `Seen` and `Told` are the types of the values, void if there are none.
template <class Seen, class Told>
bool same_result(const Result& seen, const Result& told) {
  if (seen.kind() != told.kind()) return false;
  if (seen.kind() == Result::Kind::exception) {
    const auto* const a = static_cast<const Exception&>(seen).type;
    const auto* const b = static_cast<const Exception&>(told).type;
    return a == b || (a != nullptr && b != nullptr && *a == *b);
  }
  if constexpr (!std::is_void_v<Seen> && !std::is_void_v<Told>) {
    if (seen.kind() == Result::Kind::value)
      return static_cast<const Value<Seen>&>(seen).value == static_cast<const Value<Told>&>(told).value;
  }
  return true;
}

}  // namespace heddle::detail
