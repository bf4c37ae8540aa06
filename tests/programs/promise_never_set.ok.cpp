// A worker promises a result and may be told that it is no longer wanted.
// Leaving early keeps the promise too, with a value that says so.
#include <atomic>
#include <cassert>
#include <future>
#include <thread>

namespace {
std::atomic<bool> unwanted{false};
std::promise<int> promise;

void work() {
  if (unwanted.load()) {
    promise.set_value(-1);
    return;
  }
  promise.set_value(42);
}
}  // namespace

int main() {
  auto result = promise.get_future();
  std::thread worker(work);
  unwanted.store(true);
  const int value = result.get();
  assert(value == 42 || value == -1);
  worker.join();
}
