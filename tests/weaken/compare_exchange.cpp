// A lock somebody may fail to get, and then reads what the one who released it left; a helper has several
// callers and stands in a function of its own.
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> state{0};  // 0: free, 1: held, 2: done
int result = 0;

[[gnu::noinline]] void work() {
  int seen = 0;
  if (state.compare_exchange_strong(seen, 1)) {  // needs: relaxed, acquire
    result = 42;
    state.store(2);  // needs: release
  } else if (seen == 2) {
    assert(result == 42);
  }
}

int main() {
  std::thread other(work);
  work();
  other.join();
  assert(result == 42);
}
