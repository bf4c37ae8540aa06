// A plain libFuzzer target that starts threads: each byte is an operation of one of two threads on a small
// stack. The size is checked and changed in two steps, which is wrong only if both threads push on the last
// place at once.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <thread>

namespace {

constexpr int room = 3;

struct Stack {
  std::atomic<int> size{0};
  std::atomic<int> values[room + 1] = {};

  void push(int value) {
    const int at = size.load();
    if (at == room) return;
    values[at].store(value);
    size.fetch_add(1);
  }
  void pop() {
    int at = size.load();
    if (at > 0) size.compare_exchange_strong(at, at - 1);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 8) size = 8;
  Stack stack;
  const auto run = [&](std::size_t thread) {
    for (std::size_t i = 0; i < size; ++i) {
      if (data[i] % 2 != thread) continue;
      if (data[i] / 2 % 2 == 0) {
        stack.push(data[i]);
      } else {
        stack.pop();
      }
    }
  };
  std::thread a(run, 0);
  std::thread b(run, 1);
  a.join();
  b.join();
  if (stack.size > room) std::abort();
  return 0;
}
