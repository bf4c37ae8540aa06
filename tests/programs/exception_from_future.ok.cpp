// Main asks for a result, and cancels the computation at the same time.
// Main catches what get() throws.
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
  try {
    const int value = result.get();
    assert(value == 42);
  } catch (const std::runtime_error&) {
  }
}
