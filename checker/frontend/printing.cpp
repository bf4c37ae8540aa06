// Printing reads the program's memory, and writes to it for %n, where nobody sees it. That is allowed, but
// whoever prints cannot be recalled (runtime/territory.hpp).
#include <cstdarg>
#include <cstdio>

#include "checker/frontend/call.hpp"

// glibc's functions under names nobody uses: a program that imports vfprintf calls it itself.
extern "C" {
int _IO_vfprintf(std::FILE* file, const char* format, va_list arguments);
int _IO_puts(const char* text);
}

namespace {

using heddle::frontend::simulated;

bool writes_memory(const char* format) {
  for (const char* c = format; *c != '\0'; ++c) {
    if (*c != '%') continue;
    while (*++c != '\0' && ((*c >= '0' && *c <= '9') || *c == '$' || *c == 'h' || *c == 'l' || *c == '*')) {
    }
    if (*c == 'n') return true;
    if (*c == '\0') break;
  }
  return false;
}

int print(std::FILE* file, const char* format, va_list arguments, std::uintptr_t caller) {
  if (simulated(caller) && writes_memory(format)) heddle::runtime::forget_all();
  return _IO_vfprintf(file, format, arguments);
}

}  // namespace

HEDDLE_INTERCEPT int printf(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int printed = print(stdout, format, arguments, HEDDLE_CALLER_PC);
  va_end(arguments);
  return printed;
}

HEDDLE_INTERCEPT int fprintf(std::FILE* file, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int printed = print(file, format, arguments, HEDDLE_CALLER_PC);
  va_end(arguments);
  return printed;
}

HEDDLE_INTERCEPT int puts(const char* text) {
  (void)simulated(HEDDLE_CALLER_PC);
  return _IO_puts(text);
}
