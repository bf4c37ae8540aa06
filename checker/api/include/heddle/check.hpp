// heddle/check.h for C++.
#pragma once

#include <heddle/check.h>

#include <source_location>

namespace heddle {

// See heddle_assume.
inline void assume(bool condition) { heddle_assume(condition ? 1 : 0); }

// See heddle_nondet.
inline int nondet(int alternatives) { return heddle_nondet(alternatives); }

// See heddle_expect; the file and line are the caller's.
inline void expect(bool condition, const char* text = "heddle::expect",
                   std::source_location where = std::source_location::current()) {
  heddle_expect_at(condition ? 1 : 0, text, where.file_name(), static_cast<int>(where.line()));
}

}  // namespace heddle
