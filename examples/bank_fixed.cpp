// As bank_bug.cpp, but std::scoped_lock takes both locks or none.
#include <cassert>
#include <mutex>
#include <thread>

struct Account {
  std::mutex lock;
  int balance = 100;
};

void transfer(Account& from, Account& to, int amount) {
  const std::scoped_lock hold(from.lock, to.lock);
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
  assert(alice.balance == 110 && bob.balance == 90);
}
