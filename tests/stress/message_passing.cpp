// A message handed over by a flag, in threads the body makes itself. With an argument the flag is relaxed,
// which ThreadSanitizer sees and x86-64 hides.
#include <atomic>
#include <heddle/check.hpp>
#include <thread>

int main(int argc, char**) {
  const std::memory_order order = argc > 1 ? std::memory_order_relaxed : std::memory_order_release;
  return heddle::conclude(heddle::check([order] {
    std::atomic<bool> ready{false};
    int message = 0;
    std::thread writer([&] {
      message = 42;
      if (order == std::memory_order_relaxed) {
        ready.store(true, std::memory_order_relaxed);
      } else {
        ready.store(true, std::memory_order_release);
      }
    });
    std::thread reader([&] {
      if (ready.load(std::memory_order_acquire)) {
        heddle::expect(message == 42);
        heddle::observe("read");
      } else {
        heddle::observe("early");
      }
    });
    writer.join();
    reader.join();
  }));
}
