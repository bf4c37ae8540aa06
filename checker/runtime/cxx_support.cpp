// What the compiler and libstdc++'s headers expect of the C++ runtime library, for the engine's own use:
// programs in C are linked without that library. Hidden, and local once the runtime is merged.
#include <cstddef>

#include "checker/runtime/raw_syscall.hpp"

extern "C" {

// Deleting destructors mention it; the engine never deletes through a base class.
__attribute__((visibility("hidden"))) void heddle_operator_delete(void*, std::size_t) __asm__("_ZdlPvm");
void heddle_operator_delete(void*, std::size_t) {
  heddle::runtime::engine_failure("an object of the engine was deleted");
}

// std::vector's complaint about an impossible size.
[[noreturn]] __attribute__((visibility("hidden"))) void heddle_throw_length_error(const char* what) __asm__(
    "_ZSt20__throw_length_errorPKc");
void heddle_throw_length_error(const char* what) {
  heddle::runtime::engine_failure("%s: impossible size", what);
}

}  // extern "C"
