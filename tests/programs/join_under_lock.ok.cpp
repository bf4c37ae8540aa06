// Main stops a worker that takes a lock while it works.
// Main lets go of the lock before it joins.
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
  lock.unlock();
  worker.join();
  lock.lock();
  assert(steps >= steps_so_far);
}
