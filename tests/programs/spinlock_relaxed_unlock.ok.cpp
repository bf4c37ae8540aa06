// Two threads count under a home-made spin lock.
// The release of one owner synchronises with the acquire of the next.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
std::atomic_flag locked;
int counter = 0;

void count() {
  while (locked.test_and_set(std::memory_order_acquire)) std::this_thread::yield();
  ++counter;
  locked.clear(std::memory_order_release);
}
}  // namespace

int main() {
  std::thread first(count);
  std::thread second(count);
  first.join();
  second.join();
  assert(counter == 2);
}
