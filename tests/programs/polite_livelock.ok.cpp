// Two polite threads meet at a door; each lets the other go first if it wants to.
// Thread 0 does not wait: only one of the two is polite.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
std::atomic<bool> wants[2], passed[2];

void pass(int self) {
  const int other = 1 - self;
  wants[self].store(true);
  while (self == 1 && wants[other].load() && !passed[other].load()) std::this_thread::yield();
  passed[self].store(true);
}
}  // namespace

int main() {
  std::thread first(pass, 0);
  std::thread second(pass, 1);
  first.join();
  second.join();
  assert(passed[0].load() && passed[1].load());
}
