// Two threads take jobs from a list until it is empty; there is one job.
// Each thread draws an index first and then checks the index that it drew.
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
  const std::size_t index = next.fetch_add(1);
  if (index < jobs.size()) done.fetch_add(jobs.at(index));
}
}  // namespace

int main() {
  std::thread first(work);
  std::thread second(work);
  first.join();
  second.join();
  assert(done.load() == 5);
}
