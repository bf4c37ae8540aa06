// Two threads under heddle::mutex; the same source runs natively and under the checker.
#include <heddle/mutex.hpp>
#include <mutex>
#include <thread>

int main() {
  heddle::mutex guard;
  int counter = 0;
  auto increment = [&] {
    const std::scoped_lock hold(guard);
    ++counter;
  };
  std::thread a(increment);
  std::thread b(increment);
  a.join();
  b.join();
  return counter == 2 ? 0 : 1;
}
