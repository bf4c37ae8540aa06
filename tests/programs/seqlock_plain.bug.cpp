// A sequence lock: the reader copies a pair and throws the copy away if the writer was active meanwhile.
// Bug: the pair is plain data: throwing a torn copy away comes too late, reading it was the data race.
#include <atomic>
#include <cassert>
#include <thread>

namespace {
std::atomic<unsigned> sequence{0};
int first = 0, second = 0;

void write_pair() {
  const unsigned start = sequence.load(std::memory_order_relaxed);
  sequence.store(start + 1, std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_release);
  first = 1;
  second = 1;
  sequence.store(start + 2, std::memory_order_release);
}

void read_pair() {
  const unsigned before = sequence.load(std::memory_order_acquire);
  const int a = first;
  const int b = second;
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
