// A ring buffer of two cells between one producer and one consumer.
// Each index is published with release and read by the other side with acquire.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
constexpr auto publish = std::memory_order_release;
constexpr auto observe = std::memory_order_acquire;
constexpr unsigned size = 2, total = 3;
int cells[size];
std::atomic<unsigned> written{0}, taken{0};

void produce() {
  for (unsigned i = 0; i < total; ++i) {
    while (i - taken.load(observe) == size) std::this_thread::yield();
    cells[i % size] = static_cast<int>(i) + 1;
    written.store(i + 1, publish);
  }
}

int consume() {
  int sum = 0;
  for (unsigned i = 0; i < total; ++i) {
    while (written.load(observe) == i) std::this_thread::yield();
    sum += cells[i % size];
    taken.store(i + 1, publish);
  }
  return sum;
}
}  // namespace

int main() {
  std::thread producer(produce);
  assert(consume() == 6);
  producer.join();
}
