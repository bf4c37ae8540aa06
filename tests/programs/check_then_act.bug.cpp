// Two threads withdraw from one account, which must not be overdrawn.
// Bug: the balance is checked and changed in two atomic steps: both may pass the check.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
std::atomic<int> balance{10};

void withdraw(int amount) {
  if (balance.load() >= amount) balance.fetch_sub(amount);
}
}  // namespace

int main() {
  std::thread first(withdraw, 7);
  std::thread second(withdraw, 7);
  first.join();
  second.join();
  assert(balance.load() >= 0);
}
