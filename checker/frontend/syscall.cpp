// syscall(): how libstdc++ and hand-written primitives reach the kernel. Calls that block, or whose answer
// must repeat, are simulated; all others go to the kernel.
#include <sched.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <ctime>

#include "checker/frontend/atomic_access.hpp"
#include "checker/frontend/call.hpp"
#include "checker/frontend/futex.hpp"
#include "checker/runtime/raw_syscall.hpp"

namespace {

using namespace heddle;
using namespace heddle::frontend;

struct Arguments {
  long word[6];
  template <class T>
  T* pointer(int i) const {
    return reinterpret_cast<T*>(word[i]);
  }
};

// Numbers repeat, also when every execution is a process of its own: all count from the process the program
// was started as.
const long first_process = runtime::raw_syscall(SYS_getpid);

// The numbers look like those of the kernel: the main thread's is the process's.
long thread_number() { return first_process + static_cast<long>(runtime::self()); }

// Asymmetric fences have no counterpart in the C++ memory model; this one is the caller's half.
long membarrier(long command, std::uintptr_t caller) {
  if (command == 0) return HEDDLE_REAL(syscall)(SYS_membarrier, 0, 0, 0);
  runtime::warn("membarrier", caller, "is simulated as a fence of the calling thread only");
  thread_fence(Order::seq_cst, caller);
  return 0;
}

bool simulate(long number, const Arguments& a, std::uintptr_t caller, long& result) {
  switch (number) {
    case SYS_futex:
      result = futex(
          {a.pointer<std::uint32_t>(0), static_cast<int>(a.word[1]), static_cast<std::uint32_t>(a.word[2]),
           a.pointer<const timespec>(3), a.pointer<std::uint32_t>(4), static_cast<std::uint32_t>(a.word[5])},
          caller);
      return true;
    case SYS_gettid:
      result = thread_number();
      return true;
    case SYS_getpid:
      result = first_process;
      return true;
    case SYS_sched_yield:
      result = sched_yield();
      return true;
    case SYS_nanosleep:
      result = nanosleep(a.pointer<const timespec>(0), a.pointer<timespec>(1));
      return true;
    case SYS_clock_nanosleep: {
      const int error = clock_nanosleep(static_cast<clockid_t>(a.word[0]), static_cast<int>(a.word[1]),
                                        a.pointer<const timespec>(2), a.pointer<timespec>(3));
      if (error != 0) errno = error;
      result = error == 0 ? 0 : -1;
      return true;
    }
    case SYS_clock_gettime:
      result = clock_gettime(static_cast<clockid_t>(a.word[0]), a.pointer<timespec>(1));
      return true;
    case SYS_getrandom:
      result = getrandom(a.pointer<void>(0), static_cast<std::size_t>(a.word[1]),
                         static_cast<unsigned>(a.word[2]));
      return true;
    case SYS_membarrier:
      result = membarrier(a.word[0], caller);
      return true;
#ifdef SYS_futex_waitv
    case SYS_futex_waitv:
      runtime::unsupported("futex_waitv", caller, "wait for one futex at a time");
#endif
    case SYS_clone:
    case SYS_clone3:
      runtime::unsupported("clone", caller, "create threads with pthread_create");
    default:
      return false;
  }
}

}  // namespace

HEDDLE_INTERCEPT long syscall(long number, ...) noexcept {
  Arguments arguments;
  va_list list;
  va_start(list, number);
  for (long& word : arguments.word) word = va_arg(list, long);
  va_end(list);
  long result = 0;
  if (simulated(HEDDLE_CALLER_PC) && simulate(number, arguments, HEDDLE_CALLER_PC, result)) return result;
  const long* a = arguments.word;
  return HEDDLE_REAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

HEDDLE_INTERCEPT pid_t getpid() noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(getpid)();
  return static_cast<pid_t>(first_process);
}

HEDDLE_INTERCEPT pid_t gettid() noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(gettid)();
  return static_cast<pid_t>(thread_number());
}
