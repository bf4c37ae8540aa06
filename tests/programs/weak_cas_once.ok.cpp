// A thread claims a free slot; it is the only one, so the slot must be its own afterwards.
// compare_exchange_strong fails only if the value differs.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
enum State { free_slot, taken };
std::atomic<State> slot{free_slot};

void claim() {
  State expected = free_slot;
  slot.compare_exchange_strong(expected, taken);
}
}  // namespace

int main() {
  std::thread claimer(claim);
  claimer.join();
  assert(slot.load() == taken);
}
