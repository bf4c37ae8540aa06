// Which loaded modules belong to the program: the executable, and shared libraries whose code is
// instrumented.
#pragma once

#include <link.h>

namespace heddle::runtime {

// `image` refers to a function of this name in another module.
bool imports(const dl_phdr_info& image, const char* name);

// A shared library compiled for checking: its variables are the program's.
inline bool is_instrumented(const dl_phdr_info& library) { return imports(library, "__tsan_init"); }

}  // namespace heddle::runtime
