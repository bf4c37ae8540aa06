// Main waits at a latch for two workers, then adds up their results.
// Bug: the latch counts one worker only: main may read a result too early, or miss the count of zero.
#include <cassert>
#include <latch>
#include <thread>

namespace {
std::latch finished{1};
int results[2];

void work(int number) {
  results[number] = number + 1;
  finished.count_down();
}
}  // namespace

int main() {
  std::thread first(work, 0);
  std::thread second(work, 1);
  finished.wait();
  assert(results[0] + results[1] == 3);
  first.join();
  second.join();
}
