// One thread writes data and raises a flag; the other reads the data if the flag is up.
// Bug: a relaxed flag orders nothing: the reader races with the writer of the data.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
int data = 0;
std::atomic<bool> ready{false};

void write_data() {
  data = 42;
  ready.store(true, std::memory_order_relaxed);
}

void read_data() {
  if (ready.load(std::memory_order_relaxed)) assert(data == 42);
}
}  // namespace

int main() {
  std::thread writer(write_data);
  std::thread reader(read_data);
  writer.join();
  reader.join();
}
