// Waits with a time limit, of several kinds: executions repeat, whether they time out or not. With the
// argument "wrong", a timeout is taken for impossible.
#include <semaphore.h>
#include <time.h>

#include <cassert>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

using namespace std::chrono_literals;

static std::mutex mutex;
static std::condition_variable condition;
static bool ready = false;
static std::timed_mutex timed;
static sem_t semaphore;

static bool wait_for_ready() {
  std::unique_lock lock(mutex);
  return condition.wait_for(lock, 10ms, [] { return ready; });
}

int main(int argc, char**) {
  sem_init(&semaphore, 0, 0);
  std::thread other([] {
    std::this_thread::sleep_for(1ms);
    {
      const std::lock_guard lock(mutex);
      ready = true;
    }
    condition.notify_one();
    const std::lock_guard lock(timed);
    sem_post(&semaphore);
  });
  const bool was_ready = wait_for_ready();
  assert(was_ready || argc == 1);
  if (timed.try_lock_for(5ms)) timed.unlock();
  timespec at;
  clock_gettime(CLOCK_REALTIME, &at);
  at.tv_sec += 1;
  sem_timedwait(&semaphore, &at);
  other.join();
}
