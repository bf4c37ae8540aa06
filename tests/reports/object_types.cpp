// Objects whose types the report names: of libraries, of the language, members of the program's own.
#include <array>
#include <atomic>
#include <mutex>
#include <thread>

namespace shop {
struct Account {
  long balance = 0;
  std::mutex lock;
};
struct Flag {
  std::atomic<bool> value{false};
};
std::array<Account, 2> accounts;
Flag closed;
}  // namespace shop

static volatile int visits;

int main() {
  static std::atomic_int turns;
  const auto visit = [] {
    const std::lock_guard<std::mutex> guard(shop::accounts[1].lock);
    shop::accounts[1].balance += 1;
    turns.fetch_add(1);
    shop::closed.value.store(true);
    visits = visits + 1;
  };
  std::thread other(visit);
  visits = 0;  // a race
  visit();
  other.join();
}
