// Two threads that each read and write back a counter several times. That it ends at 2 takes a deep
// interleaving: a uniform random scheduler needs thousands of executions.
#include <atomic>
#include <heddle/check.hpp>
#include <thread>

#ifndef INCREMENTS
#define INCREMENTS 4
#endif

namespace {
std::atomic<int> counter;
}

int main() {
  counter = 0;
  const auto count = [] {
    for (int i = 0; i < INCREMENTS; ++i) counter.store(counter.load() + 1);
  };
  std::thread a(count);
  std::thread b(count);
  a.join();
  b.join();
  heddle::expect(counter != 2);
  return 0;
}
