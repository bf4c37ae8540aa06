// Never ends: what is said of it, and how much memory that takes.
#include <atomic>
#include <thread>

static std::atomic<int> x{0};

int main() {
  std::thread up([] {
    for (int i = 0;; ++i) x.store(i, std::memory_order_relaxed);
  });
  std::thread down([] {
    for (int i = 0;; --i) x.store(i, std::memory_order_relaxed);
  });
  up.join();
  down.join();
}
