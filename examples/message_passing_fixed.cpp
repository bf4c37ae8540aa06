// As message_passing_bug.cpp, with the two orders that are needed: the store releases what was written before
// it, the load that reads it acquires that.
#include <atomic>
#include <cassert>
#include <thread>

int main() {
  int message = 0;
  std::atomic<bool> ready{false};

  std::thread writer([&] {
    message = 42;
    ready.store(true, std::memory_order_release);
  });
  std::thread reader([&] {
    if (ready.load(std::memory_order_acquire)) assert(message == 42);
  });

  writer.join();
  reader.join();
}
