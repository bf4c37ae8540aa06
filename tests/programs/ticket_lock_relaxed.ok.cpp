// Two threads count under a ticket lock.
// Calling the next ticket releases what was written under the lock.
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
  now_serving.store(ticket + 1, std::memory_order_release);
}
}  // namespace

int main() {
  std::thread first(count);
  std::thread second(count);
  first.join();
  second.join();
  assert(counter == 2);
}
