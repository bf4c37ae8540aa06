// A value, or the reason why there is none: the part of std::expected (C++23) the primitives need, with its
// names, so that it can become an alias.
#pragma once

#include <utility>
#include <variant>

namespace heddle {

template <class E>
class unexpected {
 public:
  constexpr explicit unexpected(E error) : error_(std::move(error)) {}
  constexpr const E& error() const noexcept { return error_; }

 private:
  E error_;
};

// value() and operator* without a value, and error() with one, are the caller's mistake: value() throws
// std::bad_variant_access, the others are undefined.
template <class T, class E>
class [[nodiscard]] expected {
 public:
  constexpr expected(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  constexpr expected(unexpected<E> error) : state_(std::in_place_index<1>, error.error()) {}

  constexpr bool has_value() const noexcept { return state_.index() == 0; }
  constexpr explicit operator bool() const noexcept { return has_value(); }

  constexpr T& value() & { return std::get<0>(state_); }
  constexpr const T& value() const& { return std::get<0>(state_); }
  constexpr T&& value() && { return std::get<0>(std::move(state_)); }
  constexpr T& operator*() & noexcept { return *std::get_if<0>(&state_); }
  constexpr const T& operator*() const& noexcept { return *std::get_if<0>(&state_); }
  constexpr T&& operator*() && noexcept { return std::move(*std::get_if<0>(&state_)); }
  constexpr T* operator->() noexcept { return std::get_if<0>(&state_); }
  constexpr const T* operator->() const noexcept { return std::get_if<0>(&state_); }

  constexpr const E& error() const noexcept { return *std::get_if<1>(&state_); }

  friend constexpr bool operator==(const expected& a, const expected& b) { return a.state_ == b.state_; }

 private:
  std::variant<T, E> state_;
};

}  // namespace heddle
