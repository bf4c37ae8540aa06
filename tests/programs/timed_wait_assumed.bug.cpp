// Main waits for a result, an hour at most.
// Bug: nothing promises that the result is there after an hour: the wait may time out, and nobody looks.
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
    computed.wait_for(lock, std::chrono::hours(1), [] { return result != 0; });
    assert(result == 42);
  }
  worker.join();
}
