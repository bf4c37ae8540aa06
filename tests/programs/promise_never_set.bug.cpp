// A worker promises a result and may be told that it is no longer wanted.
// Bug: the worker leaves early without keeping its promise: main waits for ever.
#include <atomic>
#include <cassert>
#include <future>
#include <thread>

namespace {
std::atomic<bool> unwanted{false};
std::promise<int> promise;

void work() {
  if (unwanted.load()) return;
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
