// The environment a program runs in natively: sanitizers are set up so that their reports can be read, where
// the user has not said otherwise.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace heddle::cli {

// TSAN_OPTIONS, ASAN_OPTIONS and UBSAN_OPTIONS with what this process's own environment says and, for what it
// does not mention, our settings. Reports go to files LOG.PID. `simulates`: the program's ThreadSanitizer has
// scheduler simulation (thread_sanitizer.hpp), which is switched on.
std::vector<std::pair<std::string, std::string>> sanitizer_environment(const std::string& log,
                                                                       bool simulates);

// `given` (an option string of sanitizers) and those of `ours` whose key it does not mention.
std::string with_defaults(const std::string& given,
                          const std::vector<std::pair<std::string, std::string>>& ours);

}  // namespace heddle::cli
