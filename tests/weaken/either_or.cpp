// The reader synchronizes through both flags, and one is enough: each order is superfluous alone, not all
// together.
#include <atomic>
#include <cassert>
#include <thread>

int message = 0;
std::atomic<bool> first{false};
std::atomic<bool> second{false};

int main() {
  std::thread reader([] {
    if (first.load(std::memory_order_acquire) &&   // needs: relaxed
        second.load(std::memory_order_acquire)) {  // needs: relaxed; together: acquire
      assert(message == 42);
    }
  });
  message = 42;
  first.store(true, std::memory_order_release);   // needs: relaxed
  second.store(true, std::memory_order_release);  // needs: relaxed; together: release
  reader.join();
}
