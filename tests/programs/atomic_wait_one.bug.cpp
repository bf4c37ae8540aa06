// Two threads wait on an atomic gate that main opens.
// Bug: notify_one wakes one of the two; the other is not woken although the value has changed.
#include <atomic>
#include <thread>

namespace {
std::atomic<int> gate{0};

void pass() { gate.wait(0); }
}  // namespace

int main() {
  std::thread first(pass);
  std::thread second(pass);
  gate.store(1);
  gate.notify_one();
  first.join();
  second.join();
}
