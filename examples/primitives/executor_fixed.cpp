// Tasks are submitted to an executor with fewer workers than tasks.
// E11: never more tasks run than there are workers, and every future has its result.
#include <atomic>
#include <cassert>
#include <heddle/future.hpp>
#include <heddle/thread_pool_executor.hpp>
#include <vector>

namespace {
#ifdef SMALL  // what can be explored in a few seconds
constexpr int workers = 1;
constexpr int tasks = 2;
#else
constexpr int workers = 3;
constexpr int tasks = 12;
#endif
}  // namespace

int main() {
  std::atomic<int> running{0};
  heddle::thread_pool_executor executor(workers);
  std::vector<heddle::future<int>> results;
  for (int n = 0; n < tasks; ++n) {
    results.push_back(executor.submit([&running, n] {
      assert(++running <= workers);
      --running;
      return n * n;
    }));
  }
  for (int n = 0; n < tasks; ++n) assert(results[static_cast<std::size_t>(n)].get() == n * n);
}
