// A worker spins until a loader is ready; the loader may be cancelled.
// The worker also stops waiting when the loader was cancelled.
#include <atomic>
#include <thread>

namespace {
std::atomic<bool> loaded{false}, cancelled{false};

void load() {
  if (cancelled.load()) return;
  loaded.store(true);
}

void work() {
  while (!loaded.load() && !cancelled.load()) std::this_thread::yield();
}
}  // namespace

int main() {
  std::thread loader(load);
  std::thread worker(work);
  cancelled.store(true);
  loader.join();
  worker.join();
}
