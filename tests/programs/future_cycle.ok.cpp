// Two tasks exchange values through promises.
// One of them gives its value first.
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
    from_right.set_value(2);
    return to_right.get();
  });
  assert(left.get() + right.get() == 3);
}
