// Values as text, for scenarios and reports.
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace heddle::detail {

template <class T>
std::string text_of(const T& value);

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
concept TupleLike = requires {
  std::tuple_size<T>::value;
};
template <class T>
concept Iterable = requires(const T& value) {
  value.begin();
  value.end();
};
template <class T>
concept HasToString = requires(const T& value) {
  { to_string(value) } -> std::convertible_to<std::string>;
};

template <class T>
std::string list_of(const T& value) {
  std::string text = "{";
  for (const auto& element : value) text += (text.size() > 1 ? ", " : "") + text_of(element);
  return text + "}";
}

// A type of one's own is shown by its to_string(const T&), found beside it.
template <class T>
std::string text_of(const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_arithmetic_v<T>) {
    return std::to_string(value);
  } else if constexpr (std::is_enum_v<T>) {
    return std::to_string(static_cast<std::underlying_type_t<T>>(value));
  } else if constexpr (HasToString<T>) {
    return to_string(value);
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    return '"' + std::string(std::string_view(value)) + '"';
  } else if constexpr (is_optional<T>) {
    return value.has_value() ? text_of(*value) : "none";
  } else if constexpr (Iterable<T>) {
    return list_of(value);
  } else if constexpr (TupleLike<T>) {
    return std::apply(
        [](const auto&... parts) {
          std::string text = "(";
          ((text += (text.size() > 1 ? ", " : "") + text_of(parts)), ...);
          return text + ")";
        },
        value);
  } else if constexpr (std::is_pointer_v<T> || std::is_same_v<T, std::nullptr_t>) {
    return value == nullptr ? "null" : "pointer";
  } else {
    return "value";
  }
}

}  // namespace heddle::detail
