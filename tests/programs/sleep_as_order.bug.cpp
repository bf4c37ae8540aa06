// A worker computes a value; main sleeps for a while and then wants the value.
// Bug: sleeping orders nothing: main races with the worker, however long it sleeps.
#include <cassert>
#include <chrono>
#include <thread>

namespace {
int value = 0;
}

int main() {
  std::thread worker([] { value = 42; });
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  assert(value == 42);
  worker.join();
}
