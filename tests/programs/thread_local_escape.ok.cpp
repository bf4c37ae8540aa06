// A worker computes in a thread-local scratch value that main wants to look at.
// The worker hands out a copy of the value.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
thread_local int scratch = 0;
std::atomic<int> result{0};

void work() {
  scratch = 7;
  result.store(scratch, std::memory_order_release);
}
}  // namespace

int main() {
  std::thread worker(work);
  const int value = result.load(std::memory_order_acquire);
  if (value != 0) assert(value == 7);
  worker.join();
}
