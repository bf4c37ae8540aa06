// A worker registers a callback that notes the moment it is asked to stop.
// Bug: the log that the callback writes is freed before the callback is unregistered.
#include <memory>
#include <stop_token>
#include <thread>

namespace {
struct Log {
  int stops = 0;
};

void work(std::stop_token token) {
  auto log = std::make_unique<Log>();
  std::stop_callback note(token, [entry = log.get()] { entry->stops = 1; });
  log.reset();
}
}  // namespace

int main() {
  std::jthread worker(work);
  worker.request_stop();
}
