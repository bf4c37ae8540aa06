// Threads push, pop and look; every value is popped exactly once, no node is used again while somebody looks
// at it. The first thread pushes again after it has popped, so that an address comes back.
#include "treiber_stack.hpp"

#include "threads.hpp"

#ifndef POPPERS
#define POPPERS 1
#endif
#ifndef LOOKERS
#define LOOKERS 1
#endif
#ifndef ROUNDS
#define ROUNDS 1
#endif

int main() {
  constexpr int threads = 1 + POPPERS + LOOKERS;
  constexpr int values = 2 * ROUNDS;
  structures::treiber_stack<int, threads> stack;
  std::array<int, values> popped{};
  const auto pop = [&](std::size_t me) {
    if (const auto got = stack.pop(me)) ++popped[static_cast<std::size_t>(*got)];
  };
  structures::run_many(threads, [&](int who) {
    const auto me = static_cast<std::size_t>(who);
    for (int i = 0; i < ROUNDS; ++i) {
      if (who == 0) {
        stack.push(me, 2 * i);
        pop(me);
        stack.push(me, 2 * i + 1);
      } else if (who <= POPPERS) {
        pop(me);
      } else if (const auto seen = stack.top(me)) {
        assert(*seen >= 0 && *seen < values);
      }
    }
  });
  for (int i = 0; i < values; ++i) pop(0);
  for (const int times : popped) assert(times == 1);
}
