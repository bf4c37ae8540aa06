// A semaphore on a futex: two threads wait for a permit each, and two permits come one after the other.
// Bug: only a release that finds no permit wakes: one thread sleeps on beside the second permit.
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <thread>

namespace {

class semaphore {
 public:
  void acquire() {
    int seen = permits_.load();
    for (;;) {
      if (seen == 0) {
        syscall(SYS_futex, &permits_, FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
        seen = permits_.load();
      } else if (permits_.compare_exchange_strong(seen, seen - 1)) {
        return;
      }
    }
  }

  void release() {
    if (permits_.fetch_add(1) == 0) syscall(SYS_futex, &permits_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
  }

 private:
  std::atomic<int> permits_{0};
};

semaphore items;
}  // namespace

int main() {
  std::thread first([] { items.acquire(); });
  std::thread second([] { items.acquire(); });
  items.release();
  items.release();
  first.join();
  second.join();
}
