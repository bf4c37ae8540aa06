// A mutex to be verified: absl::Mutex, with the names of the standard. The library is compiled without
// instrumentation, so it has to be said what its operations order.
#pragma once

#include <absl/synchronization/mutex.h>

// Defined where ThreadSanitizer is linked.
extern "C" {
[[gnu::weak]] void __tsan_acquire(void* address);
[[gnu::weak]] void __tsan_release(void* address);
}

class absl_mutex {
 public:
  void lock() {
    mutex_.Lock();
    if (__tsan_acquire != nullptr) __tsan_acquire(this);
  }
  bool try_lock() {
    const bool taken = mutex_.TryLock();
    if (taken && __tsan_acquire != nullptr) __tsan_acquire(this);
    return taken;
  }
  void unlock() {
    if (__tsan_release != nullptr) __tsan_release(this);
    mutex_.Unlock();
  }

 private:
  absl::Mutex mutex_;
};
