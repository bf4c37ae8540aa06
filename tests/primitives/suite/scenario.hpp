// A behavioural suite is a table of scenarios: small programs that expect something of a primitive, written
// so that the expectation holds in every execution. The same scenario is explored by the checker, and run
// again and again on real cores. A scenario's name begins with the invariant it is about.
#pragma once

#include <chrono>
#include <heddle/check.hpp>
#include <span>
#include <thread>
#include <utility>

namespace suite {

using heddle::expect;

struct scenario {
  const char* name;
  void (*body)();
};

// Long enough never to pass natively while the thing waited for happens. The checker tries both.
inline constexpr std::chrono::seconds long_time{100};
// Short enough to be waited for in vain.
inline constexpr std::chrono::microseconds short_time{50};

// Runs the functions at the same time, the last one in the calling thread.
template <class Last>
void together(Last last) {
  last();
}
template <class First, class... Rest>
void together(First first, Rest... rest) {
  std::thread thread(std::move(first));
  together(std::move(rest)...);
  thread.join();
}

// Whether the call throws an Error.
template <class Error, class Call>
bool throws(Call call) {
  try {
    call();
  } catch (const Error&) {
    return true;
  }
  return false;
}

// The scenarios of one suite, for one implementation.
struct group {
  const char* implementation;
  std::span<const scenario> scenarios;
};

// Defined by every program of suites.
std::span<const group> groups();

}  // namespace suite
