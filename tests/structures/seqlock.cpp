// Nobody ever sees a mixture of two writers' values, and the last value stays.
#include "seqlock.hpp"

#include "threads.hpp"

#ifndef WRITERS
#define WRITERS 1
#endif
#ifndef READS
#define READS 1
#endif

int main() {
  structures::seqlock<2> lock;
  structures::run_many(WRITERS + 1, [&](int who) {
    if (who < WRITERS) {
      lock.write({who + 1, who + 1});
      return;
    }
    for (int i = READS; i > 0; --i) {
      const auto got = lock.read();
      assert(got[0] == got[1]);
    }
  });
  const auto last = lock.read();
  assert(last[0] == last[1] && last[0] != 0);
}
