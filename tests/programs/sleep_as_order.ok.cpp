// A worker computes a value; main sleeps for a while and then wants the value.
// Joining orders; the sleep is only a rest.
#include <cassert>
#include <chrono>
#include <thread>

namespace {
int value = 0;
}

int main() {
  std::thread worker([] { value = 42; });
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  worker.join();
  assert(value == 42);
}
