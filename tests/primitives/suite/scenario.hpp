// A behavioural suite is a table of scenarios: small programs that expect something of a primitive, written
// so that the expectation holds in every execution. The same scenario is explored by the checker, and run
// again and again on real cores. A scenario's name begins with the invariant it is about.
#pragma once

#include <chrono>
#include <heddle/check.hpp>
#include <span>
#include <thread>
#include <type_traits>
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

// One thread does something and calls announce(); the others call one of `waits`, each of which returns after
// the announcement, or whether it has seen it. Then what the first did happened before.
template <class Announce, class... Waits>
void expect_published(Announce announce, Waits... waits) {
  int data = 0;
  const auto look = [&data](auto& wait) {
    if constexpr (std::is_void_v<decltype(wait())>) {
      wait();
      expect(data == 42);
    } else {
      if (wait()) expect(data == 42);
    }
  };
  together([&look, waits]() mutable { look(waits); }...,
           [&] {
             data = 42;
             announce();
           });
}

// The thread whose wait() ended destroys the object, though announce() may not have returned.
template <class Object, class Announce, class Wait>
void destroyed_by_the_waiter(Object* object, Announce announce, Wait wait) {
  together([&] { announce(*object); },
           [&] {
             wait(*object);
             delete object;
           });
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
