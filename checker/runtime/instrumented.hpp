// Which loaded modules belong to the program: the executable, and shared libraries whose code is
// instrumented.
#pragma once

#include <link.h>

namespace heddle::runtime {

// `image` refers to a function of this name in another module.
bool imports(const dl_phdr_info& image, const char* name);
// `accepts` accepts all names that `image` refers to in other modules. False also if it has no table of them.
bool all_imports(const dl_phdr_info& image, bool (*accepts)(const char* name));

// A shared library compiled for checking: its variables are the program's.
inline bool is_instrumented(const dl_phdr_info& library) { return imports(library, "__tsan_init"); }

}  // namespace heddle::runtime
