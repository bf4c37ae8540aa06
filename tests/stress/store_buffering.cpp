// Two threads that store and then load: all four outcomes are allowed, and x86-64 has them.
#include <atomic>
#include <heddle/check.hpp>
#include <heddle/together.hpp>

std::atomic<int> x;
std::atomic<int> y;

int main() {
  return heddle::conclude(heddle::check([] {
    x.store(0, std::memory_order_relaxed);
    y.store(0, std::memory_order_relaxed);
    int a = 0;
    int b = 0;
    heddle::together(
        [&] {
          x.store(1, std::memory_order_relaxed);
          a = y.load(std::memory_order_relaxed);
        },
        [&] {
          y.store(1, std::memory_order_relaxed);
          b = x.load(std::memory_order_relaxed);
        });
    heddle::observe(a);
    heddle::observe(b);
  }));
}
