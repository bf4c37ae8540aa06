// Two tasks exchange values through promises.
// Bug: each waits for the other's value before it gives its own: a deadlock.
#include <cassert>
#include <future>

namespace {
std::promise<int> from_left, from_right;
}

int main() {
  auto to_left = from_right.get_future();
  auto to_right = from_left.get_future();
  auto left = std::async(std::launch::async, [&] {
    const int received = to_left.get();
    from_left.set_value(1);
    return received;
  });
  auto right = std::async(std::launch::async, [&] {
    const int received = to_right.get();
    from_right.set_value(2);
    return received;
  });
  assert(left.get() + right.get() == 3);
}
