// One thread replaces the current configuration, another takes a reference to it.
// Bug: counting references is thread-safe, copying one and the same shared_ptr while it is assigned is not.
#include <cassert>
#include <memory>
#include <thread>
#include <utility>

namespace {
std::shared_ptr<const int> current = std::make_shared<const int>(1);

void replace() {
  auto fresh = std::make_shared<const int>(2);
  current = std::move(fresh);
}

std::shared_ptr<const int> get() { return current; }

void use() {
  const auto mine = get();
  assert(*mine == 1 || *mine == 2);
}
}  // namespace

int main() {
  std::thread writer(replace);
  std::thread reader(use);
  writer.join();
  reader.join();
}
