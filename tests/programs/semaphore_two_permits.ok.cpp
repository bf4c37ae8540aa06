// Two threads update statistics behind a semaphore; who does not get in at once gives up.
// One permit: the semaphore works as a lock.
#include <atomic>
#include <cassert>
#include <semaphore>
#include <thread>

namespace {
std::counting_semaphore<2> gate{1};
int calls = 0;
std::atomic<int> given_up{0};

void record() {
  if (!gate.try_acquire()) {
    given_up.fetch_add(1);
    return;
  }
  ++calls;
  gate.release();
}
}  // namespace

int main() {
  std::thread first(record);
  std::thread second(record);
  first.join();
  second.join();
  assert(calls + given_up.load() == 2);
}
