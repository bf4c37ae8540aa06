// Two threads increment a plain global variable, as in the first lesson about threads.
// E14: the increments race, and one of them can be lost.
#include <cassert>
#include <heddle/thread.hpp>

namespace {
int counter = 0;
}  // namespace

int main() {
  {
    const heddle::thread one([] { ++counter; });
    const heddle::thread other([] { ++counter; });
  }
  assert(counter == 2);
}
