// One thread writes data and raises a flag; the other reads the data if the flag is up.
// The release store and the acquire load order the data.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
int data = 0;
std::atomic<bool> ready{false};

void write_data() {
  data = 42;
  ready.store(true, std::memory_order_release);
}

void read_data() {
  if (ready.load(std::memory_order_acquire)) assert(data == 42);
}
}  // namespace

int main() {
  std::thread writer(write_data);
  std::thread reader(read_data);
  writer.join();
  reader.join();
}
