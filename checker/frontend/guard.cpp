// Guards of function-local statics (Itanium C++ ABI 3.3.3). The compiled code loads the guard's first byte
// with acquire order and calls here if it is zero; so the byte is an atomic location of the program, written
// with release order before the guard's own location says done.
#include <sched.h>

#include <cstdint>

#include "checker/frontend/atomic_operations.hpp"
#include "checker/frontend/objects.hpp"
#include "checker/frontend/once_state.hpp"

extern "C" {
int __cxa_guard_acquire(std::uint64_t* guard);
void __cxa_guard_release(std::uint64_t* guard);
void __cxa_guard_abort(std::uint64_t* guard);
}

namespace heddle::frontend {
namespace {

std::uint8_t* first_byte(std::uint64_t* guard) { return reinterpret_cast<std::uint8_t*>(guard); }

CallSite site(const char* call, std::uint64_t* guard, std::uintptr_t caller) {
  return site_of(call, guard, ObjectKind::guard, caller);
}

// The record is kept at the guard's second byte: the first is the program's atomic.
ObjectRecord& use(const CallSite& at) {
  CallSite beside = at;
  ++beside.object;
  ObjectRecord& record = use_object(beside, false);
  if (!record.initialised) {
    record.initial =
        *reinterpret_cast<const std::uint8_t*>(at.object) != 0 ? once_state::done : once_state::fresh;
    record.initialised = true;
  }
  return record;
}

// Outside executions, in a program whose C++ library is linked statically (there is no next definition): the
// same protocol on the second byte.
int acquire_plainly(std::uint64_t* guard) {
  std::uint8_t* pending = first_byte(guard) + 1;
  while (__atomic_load_n(first_byte(guard), __ATOMIC_ACQUIRE) == 0) {
    if (__atomic_exchange_n(pending, 1, __ATOMIC_ACQUIRE) == 0) {
      if (__atomic_load_n(first_byte(guard), __ATOMIC_ACQUIRE) == 0) return 1;
      __atomic_store_n(pending, 0, __ATOMIC_RELEASE);
      return 0;
    }
    sched_yield();
  }
  return 0;
}

void settle_plainly(std::uint64_t* guard, std::uint8_t done) {
  __atomic_store_n(first_byte(guard), done, __ATOMIC_RELEASE);
  __atomic_store_n(first_byte(guard) + 1, 0, __ATOMIC_RELEASE);
}

}  // namespace
}  // namespace heddle::frontend

using namespace heddle;
using namespace heddle::frontend;

HEDDLE_INTERCEPT int __cxa_guard_acquire(std::uint64_t* guard) {
  if (!simulated(HEDDLE_CALLER_PC)) {
    const auto real = HEDDLE_REAL(__cxa_guard_acquire);
    return real != nullptr ? real(guard) : acquire_plainly(guard);
  }
  const CallSite at = site("__cxa_guard_acquire", guard, HEDDLE_CALLER_PC);
  return once_state::begin(use(at), at) ? 1 : 0;
}

HEDDLE_INTERCEPT void __cxa_guard_release(std::uint64_t* guard) {
  if (!simulated(HEDDLE_CALLER_PC)) {
    const auto real = HEDDLE_REAL(__cxa_guard_release);
    return real != nullptr ? real(guard) : settle_plainly(guard, 1);
  }
  const CallSite at = site("__cxa_guard_release", guard, HEDDLE_CALLER_PC);
  store<std::uint8_t>(first_byte(guard), 1, __ATOMIC_RELEASE, at.pc);
  once_state::finish(use(at), once_state::done, at);
}

HEDDLE_INTERCEPT void __cxa_guard_abort(std::uint64_t* guard) {
  if (!simulated(HEDDLE_CALLER_PC)) {
    const auto real = HEDDLE_REAL(__cxa_guard_abort);
    return real != nullptr ? real(guard) : settle_plainly(guard, 0);
  }
  const CallSite at = site("__cxa_guard_abort", guard, HEDDLE_CALLER_PC);
  once_state::finish(use(at), once_state::fresh, at);
}
