// Two threads transfer money between the same two accounts, in opposite directions.
// Bug: each locks the account it takes from first: a deadlock.
#include <cassert>
#include <mutex>
#include <thread>

namespace {
struct Account {
  std::mutex mutex;
  int balance = 10;
};
Account savings, current;

void transfer(Account& from, Account& to, int amount) {
  std::lock_guard from_lock(from.mutex);
  std::lock_guard to_lock(to.mutex);
  from.balance -= amount;
  to.balance += amount;
}
}  // namespace

int main() {
  std::thread first([] { transfer(savings, current, 3); });
  std::thread second([] { transfer(current, savings, 5); });
  first.join();
  second.join();
  assert(savings.balance == 12 && current.balance == 8);
}
