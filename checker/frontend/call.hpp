// What every interceptor of a libc function needs.
//
//   HEDDLE_INTERCEPT int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
//     if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_mutex_lock)(mutex);
//     return lock(site_of("pthread_mutex_lock", mutex, ObjectKind::mutex, HEDDLE_CALLER_PC));
//   }
//
// intercept_table.def lists every one of them; docs/support.md is made from it.
#pragma once

#include <cstdint>

#include "checker/frontend/caller.hpp"
#include "checker/frontend/intercept.hpp"
#include "checker/kernel/operation.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/territory.hpp"

// The function an interceptor stands in front of; looked up once. Null in a program that has no other.
#define HEDDLE_REAL(function)                                                             \
  ([]() -> decltype(&::function) {                                                        \
    static decltype(&::function) found;                                                   \
    if (found == nullptr) {                                                               \
      found = reinterpret_cast<decltype(&::function)>(runtime::real_function(#function)); \
    }                                                                                     \
    return found;                                                                         \
  }())

namespace heddle::frontend {

using format::Rule;
using kernel::Answer;
using kernel::CallSite;
using kernel::ObjectKind;
using kernel::Order;
using kernel::ThreadId;
using kernel::Value;
using runtime::ObjectRecord;

// True if a call with this return address is a step of an execution. The objects of libc and libgcc outlive
// executions: their own calls are not, and never block, because no other thread runs meanwhile.
inline bool is_simulated(std::uintptr_t caller) {
  return runtime::controlled() && is_called_by_program(caller);
}
// The same for a call that does, or depends on, more than its operations tell (runtime/territory.hpp).
inline bool simulated(std::uintptr_t caller) {
  if (!is_simulated(caller)) return false;
  runtime::note_open();
  return true;
}

inline CallSite site_of(const char* call, const volatile void* object, ObjectKind kind,
                        std::uintptr_t caller) {
  return {call, reinterpret_cast<std::uintptr_t>(object), caller, kind};
}

// The same call's operation on another of its objects: the mutex of a condition wait.
inline CallSite site_on(const CallSite& site, const volatile void* object, ObjectKind kind) {
  return {site.call, reinterpret_cast<std::uintptr_t>(object), site.pc, kind};
}

}  // namespace heddle::frontend
