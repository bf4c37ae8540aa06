// Dekker's idea: each thread raises its flag, then looks at the other's; at least one must see the other.
// Bug: release and acquire do not order a store before a later load: both may miss the other's flag.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
std::atomic<int> x{0}, y{0};
int saw_x = 0, saw_y = 0;

void raise_x() {
  x.store(1, std::memory_order_release);
  saw_y = y.load(std::memory_order_acquire);
}

void raise_y() {
  y.store(1, std::memory_order_release);
  saw_x = x.load(std::memory_order_acquire);
}
}  // namespace

int main() {
  std::thread first(raise_x);
  std::thread second(raise_y);
  first.join();
  second.join();
  assert(saw_x == 1 || saw_y == 1);
}
