// Dekker's idea: each thread raises its flag, then looks at the other's; at least one must see the other.
// Sequentially consistent accesses have one total order, so the second store is seen by the first's load.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
std::atomic<int> x{0}, y{0};
int saw_x = 0, saw_y = 0;

void raise_x() {
  x.store(1, std::memory_order_seq_cst);
  saw_y = y.load(std::memory_order_seq_cst);
}

void raise_y() {
  y.store(1, std::memory_order_seq_cst);
  saw_x = x.load(std::memory_order_seq_cst);
}
}  // namespace

int main() {
  std::thread first(raise_x);
  std::thread second(raise_y);
  first.join();
  second.join();
  assert(saw_x == 1 || saw_y == 1);
}
