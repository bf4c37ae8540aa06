// Only the sum matters, and it is read after the threads ended.
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> count{0};

int main() {
  std::thread other([] {
    ++count;  // needs: relaxed
  });
  count.fetch_add(1);  // needs: relaxed
  other.join();
  assert(count.load() == 2);  // needs: relaxed
}
