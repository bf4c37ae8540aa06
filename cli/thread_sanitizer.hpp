// The installed ThreadSanitizer, which builds for `heddle stress` are linked with.
#pragma once

#include <string>

namespace heddle::cli {

// The runtime library the chosen C++ compiler links; empty if there is none.
std::string thread_sanitizer_library();

// Whether the file, a runtime library or a program linked with one, has the scheduler simulation that LLVM
// proposes (__tsan_simulate, github.com/llvm/llvm-project/pull/183200).
bool simulates_schedules(const std::string& file);

}  // namespace heddle::cli
