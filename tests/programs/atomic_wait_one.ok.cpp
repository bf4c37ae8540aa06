// Two threads wait on an atomic gate that main opens.
// notify_all wakes every thread that waits for the value to change.
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
  gate.notify_all();
  first.join();
  second.join();
}
