// A catalogued bug: a small program that goes wrong in some execution, and right in every one once mended.
// The two differ in `mended` alone.
#pragma once

#include <cassert>
#include <span>
#include <thread>
#include <utility>

namespace bugs {

struct bug {
  const char* name;
  void (*run)(bool mended);
};

// Defined by every program of bugs.
std::span<const bug> all();

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

}  // namespace bugs
