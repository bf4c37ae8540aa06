// Everything seq_cst, where release and acquire would do.
#include <atomic>
#include <cassert>
#include <thread>

int message = 0;
std::atomic<bool> ready{false};

int main() {
  std::thread reader([] {
    if (ready.load(std::memory_order_seq_cst)) {  // needs: acquire
      assert(message == 42);
    }
  });
  message = 42;
  ready.store(true, std::memory_order_seq_cst);  // needs: release
  reader.join();
}
