// The smallest program worth checking, for executions a second.
#include <atomic>
#include <thread>

std::atomic<int> x;
std::atomic<int> y;
int seen_by_one;
int seen_by_two;

int main() {
  std::thread one([] {
    x.store(1, std::memory_order_relaxed);
    seen_by_one = y.load(std::memory_order_relaxed);
  });
  std::thread two([] {
    y.store(1, std::memory_order_relaxed);
    seen_by_two = x.load(std::memory_order_relaxed);
  });
  one.join();
  two.join();
}
