// A thread claims a free slot; it is the only one, so the slot must be its own afterwards.
// Bug: compare_exchange_weak may fail although the value is the expected one, and is tried once only.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
enum State { free_slot, taken };
std::atomic<State> slot{free_slot};

void claim() {
  State expected = free_slot;
  slot.compare_exchange_weak(expected, taken);
}
}  // namespace

int main() {
  std::thread claimer(claim);
  claimer.join();
  assert(slot.load() == taken);
}
