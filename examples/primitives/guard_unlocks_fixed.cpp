// A thread leaves by an exception while it holds a lock that another thread wants.
// E10: the guard unlocks on every way out.
#include <heddle/mutex.hpp>
#include <heddle/thread.hpp>
#include <mutex>
#include <stdexcept>

int main() {
  heddle::mutex lock;
  const heddle::thread thrower([&] {
    try {
      const std::lock_guard held(lock);
      throw std::runtime_error("in the middle");
    } catch (const std::runtime_error&) {
    }
  });
  const heddle::thread other([&] { const std::lock_guard held(lock); });
}
