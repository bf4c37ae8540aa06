// A small target without a bug: two threads, one message. For throughput.
#include <atomic>
#include <heddle/check.hpp>
#include <thread>

int main() {
  std::atomic<bool> ready{false};
  int message = 0;
  std::thread writer([&] {
    message = 42;
    ready.store(true, std::memory_order_release);
  });
  std::thread reader([&] {
    if (ready.load(std::memory_order_acquire)) heddle::expect(message == 42);
  });
  writer.join();
  reader.join();
  return 0;
}
