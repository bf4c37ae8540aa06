#include "checker/runtime/own_frames.hpp"

namespace heddle::runtime {

// Makes so many words below the stack pointer zero. In assembly, which uses no stack itself.
#define HEDDLE_CLEAN_BELOW(words)      \
  asm volatile("leaq -8*" #words       \
               "(%%rsp), %%rdi\n\t"    \
               "movl $" #words         \
               ", %%ecx\n\t"           \
               "xorl %%eax, %%eax\n\t" \
               "rep stosq"             \
               :                       \
               :                       \
               : "rax", "rcx", "rdi", "memory", "cc")

// What the runtime needs in an operation, or in the check of an access, but for what is seldom.
__attribute__((noinline)) void clean_below_operation() { HEDDLE_CLEAN_BELOW(256); }
__attribute__((noinline)) void clean_below_access() { HEDDLE_CLEAN_BELOW(96); }

#undef HEDDLE_CLEAN_BELOW

}  // namespace heddle::runtime
