// What the producer pushes comes out complete and in order, through a ring it has to use more than once.
#include "spsc_ring.hpp"

#include "threads.hpp"

#ifndef ITEMS
#define ITEMS 3
#endif
#ifndef CAPACITY
#define CAPACITY 2
#endif

int main() {
  structures::spsc_ring<int, CAPACITY> ring;
  structures::run_threads(
      [&] {
        for (int i = 1; i <= ITEMS; ++i) {
          while (!ring.push(i)) {
          }
        }
      },
      [&] {
        for (int i = 1; i <= ITEMS; ++i) {
          std::optional<int> got;
          while (!(got = ring.pop())) {
          }
          assert(*got == i);
        }
      });
  assert(!ring.pop());
}
