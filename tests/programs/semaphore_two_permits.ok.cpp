// Two threads update statistics behind a semaphore.
// One permit: the semaphore works as a lock.
#include <cassert>
#include <semaphore>
#include <thread>

namespace {
std::counting_semaphore<2> gate{1};
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
