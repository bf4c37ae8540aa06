// Threads count with a plain variable under the lock: mutual exclusion, and each sees what the one before
// did.
#include "ticket_lock.hpp"

#include "threads.hpp"

#ifndef THREADS
#define THREADS 2
#endif
#ifndef ROUNDS
#define ROUNDS 2
#endif

int main() {
  structures::ticket_lock lock;
  int count = 0;
  structures::run_many(THREADS, [&](int) {
    for (int i = 0; i < ROUNDS; ++i) {
      lock.lock();
      ++count;
      lock.unlock();
    }
  });
  assert(count == THREADS * ROUNDS);
}
