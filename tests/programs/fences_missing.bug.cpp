// Message passing with fences around relaxed accesses.
// Bug: the reader has no acquire fence after its relaxed load: nothing orders the data, a data race.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
int data = 0;
std::atomic<bool> ready{false};

void write_data() {
  data = 42;
  std::atomic_thread_fence(std::memory_order_release);
  ready.store(true, std::memory_order_relaxed);
}

void read_data() {
  if (ready.load(std::memory_order_relaxed)) {
    assert(data == 42);
  }
}
}  // namespace

int main() {
  std::thread writer(write_data);
  std::thread reader(read_data);
  writer.join();
  reader.join();
}
