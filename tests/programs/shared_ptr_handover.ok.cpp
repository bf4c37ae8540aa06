// One thread replaces the current configuration, another takes a reference to it.
// The shared_ptr itself is guarded by a mutex; the object behind it needs no lock.
#include <cassert>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace {
std::shared_ptr<const int> current = std::make_shared<const int>(1);
std::mutex mutex;

void replace() {
  auto fresh = std::make_shared<const int>(2);
  std::lock_guard lock(mutex);
  current = std::move(fresh);
}

std::shared_ptr<const int> get() {
  std::lock_guard lock(mutex);
  return current;
}

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
