// Two threads count under a home-made spin lock.
// Bug: the lock is released with a relaxed store: the next owner does not see what the last one wrote.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
std::atomic_flag locked;
int counter = 0;

void count() {
  while (locked.test_and_set(std::memory_order_acquire)) std::this_thread::yield();
  ++counter;
  locked.clear(std::memory_order_relaxed);
}
}  // namespace

int main() {
  std::thread first(count);
  std::thread second(count);
  first.join();
  second.join();
  assert(counter == 2);
}
