// Two threads look entries up in a cache under a shared lock and remember the last hit.
// Writing takes the exclusive lock.
#include <cassert>
#include <mutex>
#include <shared_mutex>
#include <thread>

namespace {
std::shared_mutex mutex;
const int entries[2] = {10, 20};
int last_hit = -1;

void look_up(int key) {
  std::unique_lock lock(mutex);
  assert(entries[key] == 10 * (key + 1));
  last_hit = key;
}
}  // namespace

int main() {
  std::thread first(look_up, 0);
  std::thread second(look_up, 1);
  first.join();
  second.join();
  assert(last_hit == 0 || last_hit == 1);
}
