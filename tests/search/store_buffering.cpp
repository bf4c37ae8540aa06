// Independent pairs of threads of which each stores one flag and loads the other: 4 to the power of the pairs
// executions. `store_buffering PAIRS`.
#include <pthread.h>

#include <array>
#include <atomic>
#include <cstdlib>

namespace {

constexpr int pairs_max = 10;
std::array<std::atomic<int>, 2 * pairs_max> flags;

void* run(void* argument) {
  const auto mine = static_cast<std::size_t>(reinterpret_cast<std::intptr_t>(argument));
  flags[mine].store(1, std::memory_order_relaxed);
  (void)flags[mine ^ 1].load(std::memory_order_relaxed);
  return nullptr;
}

}  // namespace

int main(int, char** argv) {
  const int threads = 2 * std::atoi(argv[1]);
  std::array<pthread_t, 2 * pairs_max> ids{};
  for (int i = 0; i < threads; ++i) {
    pthread_create(&ids[static_cast<std::size_t>(i)], nullptr, run,
                   reinterpret_cast<void*>(static_cast<std::intptr_t>(i)));
  }
  for (int i = 0; i < threads; ++i) pthread_join(ids[static_cast<std::size_t>(i)], nullptr);
}
