// Main stops a worker that takes a lock while it works.
// Bug: main joins the worker with the lock held; if the worker still needs the lock, both wait for ever.
#include <cassert>
#include <mutex>
#include <thread>

namespace {
std::mutex mutex;
int steps = 0;

void work() {
  std::lock_guard lock(mutex);
  ++steps;
}
}  // namespace

int main() {
  std::thread worker(work);
  std::unique_lock lock(mutex);
  const int steps_so_far = steps;
  worker.join();
  assert(steps >= steps_so_far);
}
