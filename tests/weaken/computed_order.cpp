// An order that is an argument of the call at run time is in no line of the source: it is not tried.
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> value{0};

[[gnu::noipa]] void set(int to, int order) {
  __atomic_store_n(reinterpret_cast<int*>(&value), to, order);  // needs: nothing
}

int main() {
  std::thread other([] { set(1, __ATOMIC_RELAXED); });
  set(2, __ATOMIC_RELEASE);
  other.join();
  assert(value.load() != 0);  // needs: relaxed
}
