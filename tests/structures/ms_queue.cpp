// Every value pushed is popped exactly once, and a producer's values in its order.
#include "ms_queue.hpp"

#include "threads.hpp"

#ifndef PRODUCERS
#define PRODUCERS 1
#endif
#ifndef CONSUMERS
#define CONSUMERS 2
#endif
#ifndef ITEMS
#define ITEMS 1
#endif
#ifndef POPS
#define POPS 1
#endif

int main() {
  constexpr std::size_t threads = PRODUCERS + CONSUMERS;
  structures::ms_queue<int, threads> queue;
  std::array<int, PRODUCERS * ITEMS> popped{};
  const auto take = [&](std::size_t me, std::array<int, PRODUCERS>& newest) {
    const auto got = queue.pop(me);
    if (!got) return false;
    const int producer = *got / ITEMS;
    const int number = *got % ITEMS;
    assert(number > newest[producer]);
    newest[producer] = number;
    ++popped[*got];
    return true;
  };
  structures::run_many(threads, [&](int who) {
    const auto me = static_cast<std::size_t>(who);
    if (who < PRODUCERS) {
      for (int i = 0; i < ITEMS; ++i) queue.push(me, who * ITEMS + i);
      return;
    }
    std::array<int, PRODUCERS> newest;
    newest.fill(-1);
    for (int i = 0; i < POPS; ++i) take(me, newest);
  });
  std::array<int, PRODUCERS> newest;
  newest.fill(-1);
  while (take(0, newest)) {
  }
  for (const int times : popped) assert(times == 1);
}
