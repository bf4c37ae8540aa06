// One thread writes a message and raises a flag; the other sees the flag and reads the message. The flag is
// atomic, but relaxed: nothing orders the message before the flag, and the reader may find an old message.
#include <atomic>
#include <cassert>
#include <thread>

int main() {
  int message = 0;
  std::atomic<bool> ready{false};

  std::thread writer([&] {
    message = 42;
    ready.store(true, std::memory_order_relaxed);
  });
  std::thread reader([&] {
    if (ready.load(std::memory_order_relaxed)) assert(message == 42);
  });

  writer.join();
  reader.join();
}
