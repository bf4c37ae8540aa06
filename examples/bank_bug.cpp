// Each transfer locks the account it takes from, then the one it gives to. Two transfers in opposite
// directions may each hold one lock and wait for the other.
#include <mutex>
#include <thread>

struct Account {
  std::mutex lock;
  int balance = 100;
};

void transfer(Account& from, Account& to, int amount) {
  const std::lock_guard hold_from(from.lock);
  const std::lock_guard hold_to(to.lock);
  from.balance -= amount;
  to.balance += amount;
}

int main() {
  Account alice;
  Account bob;
  std::thread first([&] { transfer(alice, bob, 10); });
  std::thread second([&] { transfer(bob, alice, 20); });
  first.join();
  second.join();
}
