// Main waits for a result, an hour at most.
// Main looks at what the wait returns, and does without the result if it timed out.
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace {
std::mutex mutex;
std::condition_variable computed;
int result = 0;

void compute() {
  std::lock_guard lock(mutex);
  result = 42;
  computed.notify_one();
}
}  // namespace

int main() {
  std::thread worker(compute);
  {
    std::unique_lock lock(mutex);
    if (computed.wait_for(lock, std::chrono::hours(1), [] { return result != 0; })) assert(result == 42);
  }
  worker.join();
}
