// Two threads update statistics behind a semaphore.
// Bug: the semaphore has two permits, so it excludes nobody: a data race.
#include <cassert>
#include <semaphore>
#include <thread>

namespace {
std::counting_semaphore<2> gate{2};
int calls = 0;

void record() {
  gate.acquire();
  ++calls;
  gate.release();
}
}  // namespace

int main() {
  std::thread first(record);
  std::thread second(record);
  first.join();
  second.join();
  assert(calls == 2);
}
