// The instrumentation interface of gcc 12 and clang 14 to 19 (-fsanitize=thread), except its atomics:
// compilers emit calls of these, never declarations. compiler-rt's tsan_interface.h documents them.
#include <cstddef>
#include <cstdint>

#include "checker/frontend/intercept.hpp"
#include "checker/runtime/access.hpp"
#include "checker/runtime/runtime.hpp"

using heddle::runtime::AccessKind;
using heddle::runtime::controlled;
using heddle::runtime::Extent;
using heddle::runtime::plain_access;

namespace {

template <bool write>
[[gnu::always_inline]] inline void access_16(const void* address, std::uintptr_t pc) {
  plain_access<8, write, Extent::part>(address, pc);
  plain_access<8, write, Extent::part>(static_cast<const char*>(address) + 8, pc);
}

template <AccessKind kind>
[[gnu::always_inline]] inline void access_range(const void* address, std::size_t bytes, std::uintptr_t pc) {
  if (!controlled() || bytes == 0) return;
  heddle::runtime::check_plain_access(reinterpret_cast<std::uintptr_t>(address), bytes, kind, pc);
  heddle::runtime::clean_frames_of_access();
}

// What hooks answer that have nothing to answer. A compiler that aligns the stack by pushing rax, whatever it
// holds, would else put what the runtime left there into the state of a thread (runtime/spin_state.hpp).
using Nothing = std::uintptr_t;
constexpr Nothing nothing = 0;

}  // namespace

HEDDLE_VISIBLE void __tsan_init() {}

HEDDLE_VISIBLE Nothing __tsan_func_entry(void* caller_pc) {
  if (controlled()) {
    heddle::runtime::push_call(heddle::runtime::current_thread(),
                               reinterpret_cast<std::uintptr_t>(caller_pc));
  }
  return nothing;
}
HEDDLE_VISIBLE Nothing __tsan_func_exit() {
  if (controlled()) heddle::runtime::pop_call(heddle::runtime::current_thread());
  return nothing;
}

// Aligned accesses. A misaligned pointer (undefined behaviour in the program) is still checked correctly.
// Volatile accesses are plain ones: `volatile` orders nothing. The compound forms (an option of clang's) are
// both accesses in one: whatever races with the read races with the write.
#define HEDDLE_SIZED_HOOKS(bytes)                                      \
  HEDDLE_VISIBLE Nothing __tsan_read##bytes(void* address) {           \
    plain_access<bytes, false>(address, HEDDLE_CALLER_PC);             \
    return nothing;                                                    \
  }                                                                    \
  HEDDLE_VISIBLE Nothing __tsan_write##bytes(void* address) {          \
    plain_access<bytes, true>(address, HEDDLE_CALLER_PC);              \
    return nothing;                                                    \
  }                                                                    \
  HEDDLE_VISIBLE Nothing __tsan_read_write##bytes(void* address) {     \
    plain_access<bytes, true>(address, HEDDLE_CALLER_PC);              \
    return nothing;                                                    \
  }                                                                    \
  HEDDLE_VISIBLE Nothing __tsan_volatile_read##bytes(void* address) {  \
    plain_access<bytes, false>(address, HEDDLE_CALLER_PC);             \
    return nothing;                                                    \
  }                                                                    \
  HEDDLE_VISIBLE Nothing __tsan_volatile_write##bytes(void* address) { \
    plain_access<bytes, true>(address, HEDDLE_CALLER_PC);              \
    return nothing;                                                    \
  }
HEDDLE_SIZED_HOOKS(1)
HEDDLE_SIZED_HOOKS(2)
HEDDLE_SIZED_HOOKS(4)
HEDDLE_SIZED_HOOKS(8)
#undef HEDDLE_SIZED_HOOKS

HEDDLE_VISIBLE Nothing __tsan_read16(void* address) {
  access_16<false>(address, HEDDLE_CALLER_PC);
  return nothing;
}
HEDDLE_VISIBLE Nothing __tsan_write16(void* address) {
  access_16<true>(address, HEDDLE_CALLER_PC);
  return nothing;
}
HEDDLE_VISIBLE Nothing __tsan_read_write16(void* address) {
  access_16<true>(address, HEDDLE_CALLER_PC);
  return nothing;
}
HEDDLE_VISIBLE Nothing __tsan_volatile_read16(void* address) {
  access_16<false>(address, HEDDLE_CALLER_PC);
  return nothing;
}
HEDDLE_VISIBLE Nothing __tsan_volatile_write16(void* address) {
  access_16<true>(address, HEDDLE_CALLER_PC);
  return nothing;
}

// An access that may cross into the next cell. Within one cell the fast path of the aligned hooks applies.
#define HEDDLE_UNALIGNED_HOOKS(bytes)                                            \
  HEDDLE_VISIBLE Nothing __tsan_unaligned_read##bytes(void* address) {           \
    plain_access<bytes, false>(address, HEDDLE_CALLER_PC);                       \
    return nothing;                                                              \
  }                                                                              \
  HEDDLE_VISIBLE Nothing __tsan_unaligned_write##bytes(void* address) {          \
    plain_access<bytes, true>(address, HEDDLE_CALLER_PC);                        \
    return nothing;                                                              \
  }                                                                              \
  HEDDLE_VISIBLE Nothing __tsan_unaligned_read_write##bytes(void* address) {     \
    plain_access<bytes, true>(address, HEDDLE_CALLER_PC);                        \
    return nothing;                                                              \
  }                                                                              \
  HEDDLE_VISIBLE Nothing __tsan_unaligned_volatile_read##bytes(void* address) {  \
    plain_access<bytes, false>(address, HEDDLE_CALLER_PC);                       \
    return nothing;                                                              \
  }                                                                              \
  HEDDLE_VISIBLE Nothing __tsan_unaligned_volatile_write##bytes(void* address) { \
    plain_access<bytes, true>(address, HEDDLE_CALLER_PC);                        \
    return nothing;                                                              \
  }
HEDDLE_UNALIGNED_HOOKS(2)
HEDDLE_UNALIGNED_HOOKS(4)
HEDDLE_UNALIGNED_HOOKS(8)
#undef HEDDLE_UNALIGNED_HOOKS

#define HEDDLE_UNALIGNED_16(name, write)                              \
  HEDDLE_VISIBLE Nothing __tsan_unaligned_##name##16(void* address) { \
    access_16<write>(address, HEDDLE_CALLER_PC);                      \
    return nothing;                                                   \
  }
HEDDLE_UNALIGNED_16(read, false)
HEDDLE_UNALIGNED_16(write, true)
HEDDLE_UNALIGNED_16(read_write, true)
HEDDLE_UNALIGNED_16(volatile_read, false)
HEDDLE_UNALIGNED_16(volatile_write, true)
#undef HEDDLE_UNALIGNED_16

HEDDLE_VISIBLE Nothing __tsan_read_range(void* address, std::size_t bytes) {
  access_range<AccessKind::read>(address, bytes, HEDDLE_CALLER_PC);
  return nothing;
}
HEDDLE_VISIBLE Nothing __tsan_write_range(void* address, std::size_t bytes) {
  access_range<AccessKind::write>(address, bytes, HEDDLE_CALLER_PC);
  return nothing;
}

// The same with the return address given, for libraries that describe their own memory.
#define HEDDLE_HOOKS_WITH_PC(bytes)                                            \
  HEDDLE_VISIBLE Nothing __tsan_read##bytes##_pc(void* address, void* pc) {    \
    plain_access<bytes, false>(address, reinterpret_cast<std::uintptr_t>(pc)); \
    return nothing;                                                            \
  }                                                                            \
  HEDDLE_VISIBLE Nothing __tsan_write##bytes##_pc(void* address, void* pc) {   \
    plain_access<bytes, true>(address, reinterpret_cast<std::uintptr_t>(pc));  \
    return nothing;                                                            \
  }
HEDDLE_HOOKS_WITH_PC(1)
HEDDLE_HOOKS_WITH_PC(2)
HEDDLE_HOOKS_WITH_PC(4)
HEDDLE_HOOKS_WITH_PC(8)
#undef HEDDLE_HOOKS_WITH_PC
HEDDLE_VISIBLE Nothing __tsan_read16_pc(void* address, void* pc) {
  access_16<false>(address, reinterpret_cast<std::uintptr_t>(pc));
  return nothing;
}
HEDDLE_VISIBLE Nothing __tsan_write16_pc(void* address, void* pc) {
  access_16<true>(address, reinterpret_cast<std::uintptr_t>(pc));
  return nothing;
}
HEDDLE_VISIBLE Nothing __tsan_read_range_pc(void* address, std::size_t bytes, void* pc) {
  access_range<AccessKind::read>(address, bytes, reinterpret_cast<std::uintptr_t>(pc));
  return nothing;
}
HEDDLE_VISIBLE Nothing __tsan_write_range_pc(void* address, std::size_t bytes, void* pc) {
  access_range<AccessKind::write>(address, bytes, reinterpret_cast<std::uintptr_t>(pc));
  return nothing;
}

// Constructors and destructors of a class hierarchy rewrite the pointer to the virtual table, often with the
// value it has; only a change is an access others can see.
HEDDLE_VISIBLE Nothing __tsan_vptr_update(void** address, void* value) {
  if (controlled() && *address != value) plain_access<8, true>(address, HEDDLE_CALLER_PC);
  return nothing;
}
HEDDLE_VISIBLE Nothing __tsan_vptr_read(void** address) {
  plain_access<8, false>(address, HEDDLE_CALLER_PC);
  return nothing;
}
