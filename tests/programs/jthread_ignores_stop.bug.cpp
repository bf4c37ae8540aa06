// A worker waits for work; main ends, and the jthread asks the worker to stop and joins it.
// Bug: the wait does not know the stop token: the request wakes nobody, and the join waits for ever.
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

namespace {
std::mutex mutex;
std::condition_variable_any changed;
bool has_work = false;

void work(std::stop_token token) {
  std::unique_lock lock(mutex);
  while (!token.stop_requested() && !has_work) changed.wait(lock);
}
}  // namespace

int main() { std::jthread worker(work); }
