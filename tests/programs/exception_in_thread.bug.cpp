// Two threads take jobs from a list until it is empty; there is one job.
// Bug: both may see that a job is left; the second one's at() throws in a thread that nobody catches in.
#include <atomic>
#include <cassert>
#include <cstddef>
#include <thread>
#include <vector>

namespace {
const std::vector<int> jobs{5};
std::atomic<std::size_t> next{0};
std::atomic<int> done{0};

void work() {
  if (next.load() < jobs.size()) done.fetch_add(jobs.at(next.fetch_add(1)));
}
}  // namespace

int main() {
  std::thread first(work);
  std::thread second(work);
  first.join();
  second.join();
  assert(done.load() == 5);
}
