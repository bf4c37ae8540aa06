// Peterson's lock for two threads guards a counter.
// Peterson's argument needs sequentially consistent accesses.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
constexpr auto order = std::memory_order_seq_cst;
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
