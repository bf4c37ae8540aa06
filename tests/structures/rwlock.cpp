// Writers change two plain variables; readers, who may be inside together, never see them differ.
#include "rwlock.hpp"

#include "threads.hpp"

#ifndef READERS
#define READERS 2
#endif
#ifndef WRITERS
#define WRITERS 1
#endif
#ifndef ROUNDS
#define ROUNDS 1
#endif

int main() {
  structures::rwlock lock;
  int first = 0;
  int second = 0;
  structures::run_many(READERS + WRITERS, [&](int who) {
    for (int i = 0; i < ROUNDS; ++i) {
      if (who < READERS) {
        lock.lock_shared();
        assert(first == second);
        lock.unlock_shared();
      } else {
        lock.lock();
        ++first;
        ++second;
        lock.unlock();
      }
    }
  });
  assert(first == WRITERS * ROUNDS && second == first);
}
