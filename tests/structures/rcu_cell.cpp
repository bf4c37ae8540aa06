// Readers see whole values that nobody frees or changes meanwhile.
#include "rcu_cell.hpp"

#include "threads.hpp"

#ifndef READERS
#define READERS 2
#endif
#ifndef READS
#define READS 1
#endif
#ifndef WRITERS
#define WRITERS 1
#endif

namespace {
struct pair {
  int first;
  int second;
};
}  // namespace

int main() {
  structures::rcu_cell<pair, READERS> cell(new pair{0, 0});
  structures::run_many(READERS + WRITERS, [&](int who) {
    if (who >= READERS) {
      cell.replace(new pair{who, who});
      return;
    }
    for (int i = 0; i < READS; ++i) {
      cell.read(static_cast<std::size_t>(who), [](const pair& p) { assert(p.first == p.second); });
    }
  });
}
