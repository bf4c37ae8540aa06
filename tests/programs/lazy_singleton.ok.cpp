// Two threads ask for a registry that is made on first use.
// The initialisation of a function-local static is done once, and other threads wait for it.
#include <cassert>
#include <thread>

namespace {
struct Registry {
  int entries = 4;
};

Registry& registry() {
  static Registry* const instance = new Registry;
  return *instance;
}

void use() { assert(registry().entries == 4); }
}  // namespace

int main() {
  std::thread first(use);
  std::thread second(use);
  first.join();
  second.join();
}
