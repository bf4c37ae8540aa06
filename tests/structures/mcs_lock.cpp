// Threads count with a plain variable under the lock: mutual exclusion, and each sees what the one before
// did. A thread's node is used again in each round.
#include "mcs_lock.hpp"

#include "threads.hpp"

#ifndef THREADS
#define THREADS 2
#endif
#ifndef ROUNDS
#define ROUNDS 2
#endif

int main() {
  structures::mcs_lock lock;
  int count = 0;
  structures::run_many(THREADS, [&](int) {
    structures::mcs_lock::node node;
    for (int i = 0; i < ROUNDS; ++i) {
      lock.lock(node);
      ++count;
      lock.unlock(node);
    }
  });
  assert(count == THREADS * ROUNDS);
}
