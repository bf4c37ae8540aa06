// One thread waits for an event for a while, another sets it and takes it back.
// E9: the wait says whether the event came, and what happened before it is seen.
#include <cassert>
#include <chrono>
#include <heddle/event.hpp>
#include <heddle/thread.hpp>

int main() {
  heddle::event ready;
  int prepared = 0;
  {
    const heddle::thread waiter([&] {
      const bool came = ready.wait_for(std::chrono::milliseconds(1));
      if (came) assert(prepared == 1);
    });
    prepared = 1;
    ready.set();
    assert(ready.is_set());
    ready.reset();  // whoever waited already is let go all the same
  }
  assert(!ready.is_set());
  assert(!ready.wait_for(std::chrono::seconds(0)));
}
