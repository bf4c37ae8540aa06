#include "checker/frontend/posix_thread.hpp"

#include <new>

namespace heddle::frontend {
namespace {

// Made on a thread number's first use and kept for the process: the vectors keep their memory.
PosixThread* states[kernel::threads_max];

}  // namespace

PosixThread& make_posix_thread(runtime::Thread& thread) {
  PosixThread*& kept = states[thread.id];
  if (kept == nullptr) {
    kept = new (kernel::engine_allocate(sizeof(PosixThread))) PosixThread;
  } else {
    detect::HeldLocks held = static_cast<detect::HeldLocks&&>(kept->held);
    kernel::Vector<KeyValue> values = static_cast<kernel::Vector<KeyValue>&&>(kept->values);
    held.clear();
    values.clear();
    *kept = PosixThread{};
    kept->held = static_cast<detect::HeldLocks&&>(held);
    kept->values = static_cast<kernel::Vector<KeyValue>&&>(values);
  }
  kept->detached = thread.start.detached && thread.id != 0;
  thread.frontend[posix_thread_slot] = kept;
  return *kept;
}

}  // namespace heddle::frontend
