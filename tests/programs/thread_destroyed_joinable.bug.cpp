// Main starts a worker and goes on without it if the worker reports a failure early.
// Bug: the early return destroys a std::thread that was not joined: std::terminate.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
std::atomic<bool> failed{false};
int steps = 0;

void work() {
  failed.store(true);
  ++steps;
}
}  // namespace

int main() {
  std::thread worker(work);
  if (failed.load()) return 0;
  worker.join();
  assert(steps == 1);
}
