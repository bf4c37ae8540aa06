// Switching between fibers: Boost.Context for the registers and the stack, the FS base for thread-local
// storage.
#pragma once

#include <boost/context/detail/fcontext.hpp>
#include <cstdint>

namespace heddle::runtime {

// A suspended fiber. Consumed by resuming it: every suspension gives a new one.
using Context = void*;

// Suspends the caller, storing it in `*self`, and resumes `to`. Returns when the caller is resumed.
inline void switch_fiber(Context to, Context* self) {
  const boost::context::detail::transfer_t from = boost::context::detail::jump_fcontext(to, self);
  *static_cast<Context*>(from.data) = from.fctx;
}

// A fiber that runs `run` on the stack ending at `stack_high` when first resumed. `run` must not return.
template <void (*run)()>
Context make_fiber(std::uintptr_t stack_high) {
  constexpr auto enter = [](boost::context::detail::transfer_t from) {
    *static_cast<Context*>(from.data) = from.fctx;
    run();
    __builtin_trap();
  };
  return boost::context::detail::make_fcontext(reinterpret_cast<void*>(stack_high), 0, enter);
}

namespace detail {
extern __attribute__((visibility("hidden"))) bool fs_base_instructions;
void set_fs_base_slowly(std::uintptr_t base);
}  // namespace detail

// To be called once before the others.
void detect_fs_base_instructions();

// The thread-local storage base of the OS thread. Writing it costs 5 ns with FSGSBASE (Linux 5.9, a CPU of
// 2012) and a system call without.
std::uintptr_t fs_base();
inline void set_fs_base(std::uintptr_t base) {
  if (detail::fs_base_instructions) [[likely]] {
    __asm__ volatile("wrfsbase %0" : : "r"(base) : "memory");
  } else {
    detail::set_fs_base_slowly(base);
  }
}

}  // namespace heddle::runtime
