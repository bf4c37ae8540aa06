// Two threads wait on a condition built as CPython builds it, one not for long, and one notification comes.
// Bug: a waiter that has timed out can still be chosen, and says timeout: the other waits for ever.
#include <semaphore.h>

#include <algorithm>
#include <ctime>
#include <deque>
#include <mutex>
#include <thread>

namespace {
std::mutex lock;

// All members are called with the lock held.
class condition {
 public:
  void notify() {
    if (waiters_.empty()) return;
    sem_post(waiters_.front());
    waiters_.pop_front();
  }

  void wait() {
    sem_t mine;
    enter(mine);
    sem_wait(&mine);
    lock.lock();
    sem_destroy(&mine);
  }

  // Whether it was notified.
  bool wait_shortly() {
    sem_t mine;
    enter(mine);
    timespec until{};
    clock_gettime(CLOCK_REALTIME, &until);
    const bool notified = sem_timedwait(&mine, &until) == 0;
    lock.lock();
    const auto still_there = std::find(waiters_.begin(), waiters_.end(), &mine);
    const bool chosen = still_there == waiters_.end();
    if (!chosen) waiters_.erase(still_there);
    sem_destroy(&mine);
    return notified;
  }

 private:
  void enter(sem_t& mine) {
    sem_init(&mine, 0, 0);
    waiters_.push_back(&mine);
    lock.unlock();
  }

  std::deque<sem_t*> waiters_;
};

condition changed;

void notify_one() {
  lock.lock();
  changed.notify();
  lock.unlock();
}

// Each starts the next with the lock held: it gets the lock when this one waits.
void wait_for_ever() {
  lock.lock();
  std::thread notifier(notify_one);
  changed.wait();
  lock.unlock();
  notifier.join();
}
}  // namespace

int main() {
  lock.lock();
  std::thread other(wait_for_ever);
  if (changed.wait_shortly()) changed.notify();  // the other one may need it
  lock.unlock();
  other.join();
}
