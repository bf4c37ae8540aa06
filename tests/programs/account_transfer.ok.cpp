// Two threads transfer money between the same two accounts, in opposite directions.
// scoped_lock takes both locks without the danger of a deadlock, whatever their order.
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
  std::scoped_lock lock(from.mutex, to.mutex);
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
