#include <atomic>
#include <cassert>
#include <thread>

int main() {
  std::atomic<int> counter{0};
  std::thread a([&] { counter.fetch_add(1, std::memory_order_relaxed); });
  std::thread b([&] { counter.fetch_add(1, std::memory_order_relaxed); });
  a.join();
  b.join();
  assert(counter.load() == 2);
}
