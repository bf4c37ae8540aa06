// The C++ library's locks and condition variables.
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <thread>

using namespace std::chrono_literals;

namespace {

std::mutex mutex;
std::condition_variable condition;
std::condition_variable_any any_condition;
bool ready, done;

void conditions() {
  std::thread first([] {
    std::unique_lock lock(mutex);
    condition.wait(lock, [] { return ready; });
    done = true;
    any_condition.notify_all();
  });
  std::thread second([] {
    std::unique_lock lock(mutex);
    while (!condition.wait_for(lock, 1h, [] { return ready; })) {
    }
    any_condition.wait(lock, [] { return done; });
  });
  {
    std::lock_guard lock(mutex);
    ready = true;
  }
  condition.notify_all();
  first.join();
  second.join();
  std::unique_lock lock(mutex);
  assert(condition.wait_until(lock, std::chrono::system_clock::now() + 1s) == std::cv_status::timeout);
  assert(any_condition.wait_for(lock, 1s) == std::cv_status::timeout);
}

// A wait that reports a timeout has consumed no notify: the one notify gets to the thread that waits for
// ever, or to the other, which passes it on.
void notify_of_timed_wait() {
  std::thread with_limit([] {
    std::unique_lock lock(mutex);
    if (condition.wait_for(lock, 1s) == std::cv_status::no_timeout) condition.notify_one();
  });
  std::thread for_ever([] {
    std::unique_lock lock(mutex);
    while (!ready) condition.wait(lock);
  });
  {
    std::lock_guard lock(mutex);
    ready = true;
  }
  condition.notify_one();
  with_limit.join();
  for_ever.join();
}

void timed_locks() {
  std::timed_mutex timed;
  std::recursive_timed_mutex recursive;
  std::unique_lock held(timed);
  std::thread([&] {
    const auto start = std::chrono::steady_clock::now();
    assert(!timed.try_lock_for(2s));
    assert(std::chrono::steady_clock::now() - start >= 2s);
    assert(!timed.try_lock_until(std::chrono::system_clock::now() + 1s));
    assert(!timed.try_lock());
    std::lock_guard once(recursive);
    assert(recursive.try_lock_for(1s));
    recursive.unlock();
  }).join();
}

void shared_locks() {
  std::shared_mutex shared;
  std::shared_timed_mutex timed;
  int value = 0;
  std::thread reader([&] {
    std::shared_lock lock(shared);
    const int before = value;
    std::shared_lock with_limit(timed, 1s);
    assert(value == before);
  });
  std::thread writer([&] {
    std::unique_lock lock(shared);
    ++value;
    if (timed.try_lock_for(1s)) timed.unlock();
  });
  if (std::shared_lock lock(shared, std::try_to_lock); lock) assert(value == 0 || value == 1);
  reader.join();
  writer.join();
  std::mutex a, b;
  std::thread other([&] {
    std::scoped_lock both(a, b);
    ++value;
  });
  {
    std::scoped_lock both(b, a);
    ++value;
  }
  other.join();
  assert(value == 3);
}

}  // namespace

int main(int, char** arguments) {
  switch (*arguments[1]) {
    case 'c':
      conditions();
      break;
    case 'n':
      notify_of_timed_wait();
      break;
    case 't':
      timed_locks();
      break;
    default:
      shared_locks();
  }
}
