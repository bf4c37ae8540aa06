// Every value pushed is popped exactly once; a producer's values come out in its order.
#include "mpmc_ring.hpp"

#include <array>

#include "threads.hpp"

#ifndef PRODUCERS
#define PRODUCERS 1
#endif
#ifndef CONSUMERS
#define CONSUMERS 1
#endif
#ifndef ITEMS
#define ITEMS 3
#endif
#ifndef CAPACITY
#define CAPACITY 2
#endif

int main() {
  structures::mpmc_ring<int, CAPACITY> ring;
  std::array<std::array<int, ITEMS>, PRODUCERS> left{};  // by whom each value was popped
  structures::run_many(PRODUCERS + CONSUMERS, [&](int who) {
    if (who < PRODUCERS) {
      for (int i = 0; i < ITEMS; ++i) {
        while (!ring.push(who * ITEMS + i)) {
        }
      }
      return;
    }
    std::array<int, PRODUCERS> newest;
    newest.fill(-1);
    for (int i = 0; i < PRODUCERS * ITEMS / CONSUMERS; ++i) {
      std::optional<int> got;
      while (!(got = ring.pop())) {
      }
      const int producer = *got / ITEMS;
      const int number = *got % ITEMS;
      assert(number > newest[producer]);
      newest[producer] = number;
      ++left[producer][number];
    }
  });
  for (const auto& counts : left) {
    for (const int count : counts) assert(count == 1);
  }
  assert(!ring.pop());
}
