// What an operation's argument may be.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

namespace heddle {

template <class T>
class Domain {
 public:
  using value_type = T;
  explicit Domain(std::vector<T> values) : values_(std::move(values)) {}
  Domain() : fresh_(true) {}

  bool is_fresh() const { return fresh_; }
  std::size_t size() const { return values_.size(); }
  // Of a fresh domain, `index` is the value.
  T at(unsigned index) const { return fresh_ ? T(index) : values_[index]; }

 private:
  std::vector<T> values_;
  bool fresh_ = false;
};

// One of these.
template <class T, class... More>
Domain<T> values(T first, More... more) {
  return Domain<T>({std::move(first), static_cast<T>(std::move(more))...});
}

// One of first, first + 1, …, last.
template <class T>
Domain<T> range(T first, T last) {
  std::vector<T> all;
  for (T value = first; !(last < value); ++value) all.push_back(value);
  return Domain<T>(std::move(all));
}

// A value that no other call of the scenario has: 1, 2, 3, … in the order of reading. For objects that do not
// look at what they carry, this is the one choice that matters.
template <class T = int>
Domain<T> fresh() {
  static_assert(std::is_constructible_v<T, unsigned>,
                "heddle::fresh: the type must be made from an unsigned number; use values(…) for others");
  return Domain<T>();
}

namespace detail {
template <class T>
inline constexpr bool is_domain = false;
template <class T>
inline constexpr bool is_domain<Domain<T>> = true;
}  // namespace detail

}  // namespace heddle
