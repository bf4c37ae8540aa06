// The functions that ours stand in front of: the sanitizer's where there is one, else libc's.
#pragma once

#include <dlfcn.h>

// The real function of this name as `real_NAME()`. Sanitizers offer theirs as __interceptor_NAME, linked
// statically or not.
#define HEDDLE_REAL(name)                                                                                    \
  extern "C" __attribute__((weak)) decltype(name) __interceptor_##name;                                      \
  namespace {                                                                                                \
  decltype(&name) real_##name() {                                                                            \
    static decltype(&name) found = nullptr;                                                                  \
    if (found == nullptr) {                                                                                  \
      found = &__interceptor_##name != nullptr ? &__interceptor_##name                                       \
                                               : reinterpret_cast<decltype(&name)>(dlsym(RTLD_NEXT, #name)); \
    }                                                                                                        \
    return found;                                                                                            \
  }                                                                                                          \
  }

// ThreadSanitizer's, null without it.
extern "C" {
__attribute__((weak, visibility("default"))) void __tsan_func_entry(void* caller);
__attribute__((weak, visibility("default"))) void __tsan_func_exit();
__attribute__((weak, visibility("default"))) void __tsan_acquire(void* address);
__attribute__((weak, visibility("default"))) void __tsan_release(void* address);
}

#define HEDDLE_PROGRAM_CALLS __attribute__((visibility("default")))
