// Main starts a worker and goes on without it if the worker reports a failure early.
// The worker is joined on every path.
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
  const bool failed_early = failed.load();
  worker.join();
  if (failed_early) return 0;
  assert(steps == 1);
}
