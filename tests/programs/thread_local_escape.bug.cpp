// A worker computes in a thread-local scratch value that main wants to look at.
// Bug: main keeps a pointer to the worker's thread-local, which ends with the worker.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
thread_local int scratch = 0;
std::atomic<const int*> result{nullptr};

void work() {
  scratch = 7;
  result.store(&scratch, std::memory_order_release);
}
}  // namespace

int main() {
  std::thread worker(work);
  const int* value = result.load(std::memory_order_acquire);
  if (value != nullptr) assert(*value == 7);
  worker.join();
}
