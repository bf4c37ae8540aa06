// For clang's thread-safety analysis: without MISUSE nothing to complain about, with it a warning for every
// function named misuse.
#include "primitives/core/annotations.hpp"

#include <heddle/fair_mutex.hpp>
#include <heddle/monitor.hpp>
#include <heddle/mutex.hpp>
#include <heddle/recursive_mutex.hpp>
#include <heddle/shared_mutex.hpp>
#include <heddle/unowned_mutex.hpp>

template <class Mutex>
class counter {
 public:
  void add() {
    lock_.lock();
    ++value_;
    lock_.unlock();
  }
  void add_if_free() {
    if (!lock_.try_lock()) return;
    ++value_;
    lock_.unlock();
  }
#ifdef MISUSE
  void misuse_unlocked() { ++value_; }
  void misuse_kept() {
    lock_.lock();
    ++value_;
  }
#endif

 private:
  Mutex lock_;
  int value_ HEDDLE_GUARDED_BY(lock_) = 0;
};

class readers {
 public:
  int read() {
    lock_.lock_shared();
    const int out = value_;
    lock_.unlock_shared();
    return out;
  }
#ifdef MISUSE
  void misuse_written_by_a_reader() {
    lock_.lock_shared();
    ++value_;
    lock_.unlock_shared();
  }
#endif

 private:
  heddle::shared_mutex lock_;
  int value_ HEDDLE_GUARDED_BY(lock_) = 0;
};

#ifdef MISUSE
void misuse_notify_unlocked(heddle::monitor& changed) { changed.notify_one(); }
#endif

template class counter<heddle::mutex>;
template class counter<heddle::unowned_mutex>;
template class counter<heddle::recursive_mutex>;
template class counter<heddle::fair_mutex>;
template class counter<heddle::shared_mutex>;
int use(readers& r) { return r.read(); }
