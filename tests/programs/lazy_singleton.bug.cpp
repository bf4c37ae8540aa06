// Two threads ask for a registry that is made on first use.
// Bug: the pointer is tested and set without any synchronisation: a data race, and perhaps two registries.
#include <cassert>
#include <thread>

namespace {
struct Registry {
  int entries = 4;
};

Registry& registry() {
  static Registry* instance = nullptr;
  if (instance == nullptr) instance = new Registry;
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
