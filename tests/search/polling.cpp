// One loop with a load and a compare-exchange of one location and a load of another: which of them is found
// to spin first depends on which worker comes by first, and all of them are known in the end.
#include <atomic>
#include <functional>
#include <heddle/check.hpp>
#include <string>
#include <thread>

namespace {

constexpr int closed = 3;
std::atomic<int> tickets;
std::atomic<bool> stopped;

// Called through a pointer: the loop's reads stay where they are.
const std::function<bool(int&)> take = [](int& ticket) {
  int next = tickets.load(std::memory_order_relaxed);
  if (next == closed || !tickets.compare_exchange_strong(next, next + 1)) return false;
  ticket = next;
  return true;
};

void poll(int id) {
  int ticket = -1;
  while (!take(ticket)) {
    if (stopped.load(std::memory_order_acquire)) break;
  }
  heddle::observe(std::to_string(id) + ":" + std::to_string(ticket));
}

}  // namespace

int main() {
  std::thread first(poll, 1);
  std::thread second(poll, 2);
  std::thread third([] {
    tickets.store(closed);
    stopped.store(true, std::memory_order_release);
    tickets.store(0);
  });
  first.join();
  second.join();
  third.join();
}
