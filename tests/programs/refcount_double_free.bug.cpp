// Two threads share a buffer; the last one to let go of it frees it.
// Bug: counting down and looking at the count are two steps: both may see zero and free the buffer.
#include <atomic>
#include <thread>

namespace {
std::atomic<int> users{2};
int* const buffer = new int[4]{};

void release() {
  users.fetch_sub(1);
  if (users.load() == 0) delete[] buffer;
}
}  // namespace

int main() {
  std::thread first(release);
  std::thread second(release);
  first.join();
  second.join();
}
