// A thread as a class that overrides run().
// E13: it has a default name, and being a daemon is decided before it starts.
#include <cassert>
#include <heddle/thread.hpp>

namespace {
class worker final : public heddle::runnable {
 public:
  using heddle::runnable::runnable;
  void run() override { work_done = 1; }
  int work_done = 0;
};
}  // namespace

int main() {
  worker unnamed;
  assert(unnamed.name() == "Thread-1");
  assert(!unnamed.is_alive() && !unnamed.daemon());
  unnamed.start();
  unnamed.join();
  assert(unnamed.work_done == 1);

  worker daemon({.name = "in the background", .daemon = true});
  assert(daemon.daemon() && daemon.name() == "in the background");
  daemon.start();
  daemon.join();
  assert(daemon.work_done == 1);
}
