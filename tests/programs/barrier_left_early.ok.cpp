// Two threads work in step for two rounds, unless they are told to stop.
// A thread that leaves early drops out of the barrier.
#include <atomic>
#include <barrier>
#include <thread>

namespace {
std::barrier<> round_end{2};
std::atomic<bool> stop{false};

void work() {
  for (int round = 0; round < 2; ++round) {
    if (stop.load()) {
      round_end.arrive_and_drop();
      return;
    }
    round_end.arrive_and_wait();
  }
}
}  // namespace

int main() {
  std::thread first(work);
  std::thread second(work);
  stop.store(true);
  first.join();
  second.join();
}
