// Two threads count with a plain variable under the lock.
#include "dekker_lock.hpp"

#include "threads.hpp"

#ifndef ROUNDS
#define ROUNDS 2
#endif

int main() {
  structures::dekker_lock lock;
  int count = 0;
  structures::run_many(2, [&](int me) {
    for (int i = 0; i < ROUNDS; ++i) {
      lock.lock(me);
      ++count;
      lock.unlock(me);
    }
  });
  assert(count == 2 * ROUNDS);
}
