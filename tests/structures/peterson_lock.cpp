// Two threads count with a plain variable under the lock.
#include "peterson_lock.hpp"

#include "threads.hpp"

#ifndef ROUNDS
#define ROUNDS 2  // with one, the lock never passes from a thread that wants it again
#endif

int main() {
  structures::peterson_lock lock;
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
