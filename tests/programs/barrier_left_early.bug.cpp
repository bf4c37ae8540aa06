// Two threads work in step for two rounds, unless they are told to stop.
// Bug: a thread that leaves early is still counted: the other one waits for it at the barrier for ever.
#include <atomic>
#include <barrier>
#include <thread>

namespace {
std::barrier<> round_end{2};
std::atomic<bool> stop{false};

void work() {
  for (int round = 0; round < 2; ++round) {
    if (stop.load()) return;
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
