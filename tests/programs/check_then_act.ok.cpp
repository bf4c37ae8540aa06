// Two threads withdraw from one account, which must not be overdrawn.
// The compare-exchange changes the balance only if it is still the one that was checked.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
std::atomic<int> balance{10};

void withdraw(int amount) {
  int seen = balance.load();
  while (seen >= amount && !balance.compare_exchange_weak(seen, seen - amount)) {
  }
}
}  // namespace

int main() {
  std::thread first(withdraw, 7);
  std::thread second(withdraw, 7);
  first.join();
  second.join();
  assert(balance.load() >= 0);
}
