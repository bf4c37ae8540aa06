// Two threads share a buffer; the last one to let go of it frees it.
// The value that fetch_sub returns tells exactly one thread that it was the last.
#include <atomic>
#include <thread>

namespace {
std::atomic<int> users{2};
int* const buffer = new int[4]{};

void release() {
  if (users.fetch_sub(1) == 1) delete[] buffer;
}
}  // namespace

int main() {
  std::thread first(release);
  std::thread second(release);
  first.join();
  second.join();
}
