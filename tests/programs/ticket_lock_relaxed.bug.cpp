// Two threads count under a ticket lock.
// Bug: the next ticket is called with a relaxed store: its holder does not see the counter: a data race.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
std::atomic<unsigned> next_ticket{0}, now_serving{0};
int counter = 0;

void count() {
  const unsigned ticket = next_ticket.fetch_add(1, std::memory_order_relaxed);
  while (now_serving.load(std::memory_order_acquire) != ticket) std::this_thread::yield();
  ++counter;
  now_serving.store(ticket + 1, std::memory_order_relaxed);
}
}  // namespace

int main() {
  std::thread first(count);
  std::thread second(count);
  first.join();
  second.join();
  assert(counter == 2);
}
