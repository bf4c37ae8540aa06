// A message published through fences.
#include <atomic>
#include <cassert>
#include <thread>

int message = 0;
std::atomic<bool> ready{false};

int main() {
  std::thread reader([] {
    if (ready.load(std::memory_order_relaxed)) {            // needs: relaxed
      std::atomic_thread_fence(std::memory_order_seq_cst);  // needs: acquire
      assert(message == 42);
    }
  });
  message = 42;
  std::atomic_thread_fence(std::memory_order_seq_cst);  // needs: release
  ready.store(true, std::memory_order_relaxed);         // needs: relaxed
  reader.join();
}
