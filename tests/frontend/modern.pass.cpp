// C++20: waiting on atomics, latches, barriers, semaphores, threads that stop.
#include <atomic>
#include <barrier>
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <latch>
#include <mutex>
#include <semaphore>
#include <stop_token>
#include <thread>

using namespace std::chrono_literals;

namespace {

// An int is a futex, a long has libstdc++'s proxy.
template <class T>
void atomic_wait() {
  std::atomic<T> value{0};
  std::thread other([&] {
    value.wait(0);
    assert(value == 1);
  });
  value = 1;
  value.notify_one();
  other.join();
}

void latches() {
  std::latch latch(2);
  int data = 0;
  std::thread other([&] {
    data = 1;
    latch.count_down();
  });
  latch.arrive_and_wait();
  assert(data == 1);
  other.join();
}

void barriers() {
  int completed = 0;
  const auto complete = [&]() noexcept { ++completed; };
  std::barrier barrier(2, complete);
  std::thread other([&] { barrier.arrive_and_wait(); });
  barrier.arrive_and_wait();
  other.join();
  assert(completed == 1);
}

void semaphores() {
  std::binary_semaphore semaphore(0);
  int data = 0;
  std::thread other([&] {
    data = 1;
    semaphore.release();
  });
  semaphore.acquire();
  assert(data == 1);
  other.join();
  assert(!semaphore.try_acquire());
  assert(!semaphore.try_acquire_for(1s));
}

void stop_tokens() {
  std::mutex mutex;
  std::condition_variable_any condition;
  bool called = false;
  {
    std::jthread thread([&](std::stop_token token) {
      std::unique_lock lock(mutex);
      condition.wait(lock, token, [] { return false; });
      assert(token.stop_requested());
    });
    std::stop_callback callback(thread.get_stop_token(), [&] { called = true; });
    thread.request_stop();
  }
  assert(called);
}

}  // namespace

int main(int, char** arguments) {
  switch (*arguments[1]) {
    case 'i':
      atomic_wait<int>();
      break;
    case 'o':
      atomic_wait<long>();
      break;
    case 'l':
      latches();
      break;
    case 'b':
      barriers();
      break;
    case 's':
      semaphores();
      break;
    default:
      stop_tokens();
  }
}
