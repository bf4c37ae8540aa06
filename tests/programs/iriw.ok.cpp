// Two threads each write a variable, two others read both in opposite orders: they must agree on the order.
// Sequentially consistent accesses are seen in one order by everybody.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
constexpr auto store_order = std::memory_order_seq_cst;
constexpr auto load_order = std::memory_order_seq_cst;
std::atomic<int> x{0}, y{0};
bool x_before_y = false, y_before_x = false;

void read_x_then_y() {
  const int first = x.load(load_order);
  const int second = y.load(load_order);
  x_before_y = first == 1 && second == 0;
}

void read_y_then_x() {
  const int first = y.load(load_order);
  const int second = x.load(load_order);
  y_before_x = first == 1 && second == 0;
}
}  // namespace

int main() {
  std::thread write_x([] { x.store(1, store_order); });
  std::thread write_y([] { y.store(1, store_order); });
  std::thread first(read_x_then_y);
  std::thread second(read_y_then_x);
  write_x.join();
  write_y.join();
  first.join();
  second.join();
  assert(!(x_before_y && y_before_x));
}
