// A worker waits for work; main ends, and the jthread asks the worker to stop and joins it.
// The wait takes the stop token and ends when a stop is requested.
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
  changed.wait(lock, token, [] { return has_work; });
}
}  // namespace

int main() { std::jthread worker(work); }
