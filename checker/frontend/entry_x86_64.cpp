// Entry code of the hooks that spin loops are made of: saves the registers a function must preserve, and the
// stack pointer, before anything of the runtime changes them (runtime/spin_state.hpp), then goes on in
// tsan_atomics.cpp.
//
// The only code here that knows the processor. Elsewhere the hooks would be entered directly and
// Operation::state left null: spin loops are then executed instead of recognised.
#include "checker/runtime/spin_state.hpp"

#define HEDDLE_ENTRY(name) HEDDLE_ENTRY_EXPANDED(name)
#define HEDDLE_ENTRY_EXPANDED(name)                    \
  asm(".text\n"                                        \
      ".p2align 4\n"                                   \
      ".globl __tsan_" #name                           \
      "\n"                                             \
      ".type __tsan_" #name                            \
      ", @function\n"                                  \
      "__tsan_" #name                                  \
      ":\n"                                            \
      "  movq %rbx, heddle_saved_registers(%rip)\n"    \
      "  movq %rbp, 8+heddle_saved_registers(%rip)\n"  \
      "  movq %r12, 16+heddle_saved_registers(%rip)\n" \
      "  movq %r13, 24+heddle_saved_registers(%rip)\n" \
      "  movq %r14, 32+heddle_saved_registers(%rip)\n" \
      "  movq %r15, 40+heddle_saved_registers(%rip)\n" \
      "  movq %rsp, 48+heddle_saved_registers(%rip)\n" \
      "  jmp heddle_entered_" #name                    \
      "\n"                                             \
      ".size __tsan_" #name ", . - __tsan_" #name "\n")

#define HEDDLE_ENTRIES(bits)                            \
  HEDDLE_ENTRY(atomic##bits##_load);                    \
  HEDDLE_ENTRY(atomic##bits##_exchange);                \
  HEDDLE_ENTRY(atomic##bits##_fetch_or);                \
  HEDDLE_ENTRY(atomic##bits##_compare_exchange_strong); \
  HEDDLE_ENTRY(atomic##bits##_compare_exchange_weak);   \
  HEDDLE_ENTRY(atomic##bits##_compare_exchange_val)

HEDDLE_ENTRIES(8);
HEDDLE_ENTRIES(16);
HEDDLE_ENTRIES(32);
HEDDLE_ENTRIES(64);
HEDDLE_ENTRIES(128);
