// Main asks for a result, and cancels the computation at the same time.
// Bug: a cancelled computation throws; get() throws the exception again in main, which does not catch it.
#include <atomic>
#include <cassert>
#include <future>
#include <stdexcept>

namespace {
std::atomic<bool> cancelled{false};

int compute() {
  if (cancelled.load()) throw std::runtime_error("cancelled");
  return 42;
}
}  // namespace

int main() {
  auto result = std::async(std::launch::async, compute);
  cancelled.store(true);
  const int value = result.get();
  assert(value == 42);
}
