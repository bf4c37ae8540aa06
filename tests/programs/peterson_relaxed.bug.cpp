// Peterson's lock for two threads guards a counter.
// Bug: with relaxed accesses each thread may miss the other's flag, and both enter: a data race.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
constexpr auto order = std::memory_order_relaxed;
std::atomic<bool> interested[2];
std::atomic<int> turn{0};
int counter = 0;

void count(int self) {
  const int other = 1 - self;
  interested[self].store(true, order);
  turn.store(other, order);
  while (interested[other].load(order) && turn.load(order) == other) std::this_thread::yield();
  ++counter;
  interested[self].store(false, order);
}
}  // namespace

int main() {
  std::thread first(count, 0);
  std::thread second(count, 1);
  first.join();
  second.join();
  assert(counter == 2);
}
