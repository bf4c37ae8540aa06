// A sequence lock: the reader copies a pair and throws the copy away if the writer was active meanwhile.
// The pair is read and written with relaxed atomic accesses; fences order them with the sequence number.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
std::atomic<unsigned> sequence{0};
std::atomic<int> first{0}, second{0};

void write_pair() {
  const unsigned start = sequence.load(std::memory_order_relaxed);
  sequence.store(start + 1, std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_release);
  first.store(1, std::memory_order_relaxed);
  second.store(1, std::memory_order_relaxed);
  sequence.store(start + 2, std::memory_order_release);
}

void read_pair() {
  const unsigned before = sequence.load(std::memory_order_acquire);
  const int a = first.load(std::memory_order_relaxed);
  const int b = second.load(std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_acquire);
  const unsigned after = sequence.load(std::memory_order_relaxed);
  if (before == after && before % 2 == 0) assert(a == b);
}
}  // namespace

int main() {
  std::thread writer(write_pair);
  std::thread reader(read_pair);
  writer.join();
  reader.join();
}
