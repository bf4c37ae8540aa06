// 10 million atomic operations in one execution: history that nobody can read any more must be forgotten.
#include <atomic>
#include <thread>

namespace {
constexpr int rounds = 2'500'000;
constexpr int cells = 64;
std::atomic<int> cell[cells];

void work(int offset) {
  for (int i = 0; i < rounds; ++i) {
    cell[(i * 7 + offset) % cells].store(i, std::memory_order_release);
    (void)cell[(i * 5 + offset) % cells].load(std::memory_order_acquire);
  }
}
}  // namespace

int main() {
  std::thread one(work, 0);
  std::thread two(work, 3);
  one.join();
  two.join();
}
