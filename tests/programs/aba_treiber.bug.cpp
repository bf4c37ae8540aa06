// A lock-free free list of slots, linked by index; a slot that was taken must not be handed out again.
// Bug: ABA: a slot taken and put back meanwhile lets a stale compare-exchange succeed with a stale next.
#include <array>
#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <thread>

namespace {
struct Head {
  std::int32_t slot;
};
std::atomic<Head> head{Head{0}};
std::array<std::atomic<std::int32_t>, 3> next{1, 2, -1};
std::array<std::atomic<bool>, 3> in_use{};

std::int32_t take() {
  Head seen = head.load(std::memory_order_acquire);
  while (seen.slot >= 0) {
    const std::int32_t rest = next[static_cast<std::size_t>(seen.slot)].load(std::memory_order_relaxed);
    if (head.compare_exchange_strong(seen, Head{rest}, std::memory_order_acq_rel)) {
      const bool taken_twice = in_use[static_cast<std::size_t>(seen.slot)].exchange(true);
      assert(!taken_twice);
      break;
    }
  }
  return seen.slot;
}

void put_back(std::int32_t slot) {
  if (slot < 0) return;
  in_use[static_cast<std::size_t>(slot)].store(false);
  Head seen = head.load(std::memory_order_relaxed);
  do {
    next[static_cast<std::size_t>(slot)].store(seen.slot, std::memory_order_relaxed);
  } while (!head.compare_exchange_strong(seen, Head{slot}, std::memory_order_acq_rel));
}
}  // namespace

int main() {
  std::thread taker([] {
    take();
    take();
  });
  std::thread recycler([] {
    const std::int32_t first = take();
    take();
    put_back(first);
  });
  taker.join();
  recycler.join();
}
