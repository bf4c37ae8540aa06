// Two threads increment an atomic global variable.
// E14: every increment counts.
#include <atomic>
#include <cassert>
#include <heddle/thread.hpp>

namespace {
std::atomic<int> counter{0};
}  // namespace

int main() {
  {
    const heddle::thread one([] { ++counter; });
    const heddle::thread other([] { ++counter; });
  }
  assert(counter == 2);
}
