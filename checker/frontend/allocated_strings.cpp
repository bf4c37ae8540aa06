// libc functions that allocate their result. It must come from the program's heap like any other block of the
// program's: its address then repeats, and it is reset between executions.
//
// <stdio.h> is not included: it defines getline inline.
#include <sys/types.h>

#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "checker/frontend/caller.hpp"
#include "checker/frontend/intercept.hpp"
#include "checker/runtime/access.hpp"
#include "checker/runtime/heap.hpp"
#include "checker/runtime/runtime.hpp"

extern "C" {
void* __libc_malloc(std::size_t bytes);
void __libc_free(void* block);
}

namespace {

struct File;  // FILE

constexpr std::size_t alignment = 16;

// The real function, looked up on the first call (a function-local static would call an intercepted guard).
template <class Function>
Function* real(Function*& known, const char* symbol) {
  if (known == nullptr) known = reinterpret_cast<Function*>(heddle::runtime::real_function(symbol));
  return known;
}
ssize_t (*real_getdelim)(char**, std::size_t*, int, File*) = nullptr;
int (*real_vasprintf)(char**, const char*, va_list) = nullptr;
char* (*real_realpath)(const char*, char*) = nullptr;

// Moves what libc has allocated for the program to the program's heap.
char* adopt(char* text, std::size_t bytes, std::uintptr_t pc) {
  if (text == nullptr || !heddle::frontend::use_our_heap(pc)) return text;
  if (heddle::runtime::in_heap_region(reinterpret_cast<std::uintptr_t>(text))) return text;
  auto* const copy = static_cast<char*>(heddle::runtime::heap_allocate(bytes, alignment, pc));
  if (copy == nullptr) return text;
  std::memcpy(copy, text, bytes);
  __libc_free(text);
  return copy;
}

std::size_t length_of(const char* text, std::size_t most) {
  std::size_t length = 0;
  while (length < most && text[length] != '\0') ++length;
  return length;
}

char* duplicate(const char* text, std::size_t most, std::uintptr_t pc) {
  const std::size_t length = length_of(text, most);
  if (heddle::runtime::controlled()) {
    heddle::runtime::check_plain_access(reinterpret_cast<std::uintptr_t>(text),
                                        length < most ? length + 1 : length,
                                        heddle::runtime::AccessKind::read, pc);
  }
  void* const block = heddle::frontend::use_our_heap(pc)
                          ? heddle::runtime::heap_allocate(length + 1, alignment, pc)
                          : __libc_malloc(length + 1);
  if (block == nullptr) {
    errno = ENOMEM;
    return nullptr;
  }
  auto* const copy = static_cast<char*>(block);
  std::memcpy(copy, text, length);
  copy[length] = '\0';
  return copy;
}

ssize_t read_delimited(char** line, std::size_t* room, int delimiter, File* file, std::uintptr_t pc) {
  const ssize_t length = real(real_getdelim, "getdelim")(line, room, delimiter, file);
  *line = adopt(*line, *room, pc);
  return length;
}

int print_allocated(char** out, const char* format, va_list arguments, std::uintptr_t pc) {
  const int length = real(real_vasprintf, "vasprintf")(out, format, arguments);
  if (length >= 0) *out = adopt(*out, static_cast<std::size_t>(length) + 1, pc);
  return length;
}

}  // namespace

HEDDLE_INTERCEPT char* strdup(const char* text) { return duplicate(text, SIZE_MAX, HEDDLE_CALLER_PC); }
HEDDLE_INTERCEPT char* __strdup(const char* text) { return duplicate(text, SIZE_MAX, HEDDLE_CALLER_PC); }
HEDDLE_INTERCEPT char* strndup(const char* text, std::size_t most) {
  return duplicate(text, most, HEDDLE_CALLER_PC);
}
HEDDLE_INTERCEPT char* __strndup(const char* text, std::size_t most) {
  return duplicate(text, most, HEDDLE_CALLER_PC);
}

HEDDLE_INTERCEPT ssize_t getdelim(char** line, std::size_t* room, int delimiter, File* file) {
  return read_delimited(line, room, delimiter, file, HEDDLE_CALLER_PC);
}
HEDDLE_INTERCEPT ssize_t __getdelim(char** line, std::size_t* room, int delimiter, File* file) {
  return read_delimited(line, room, delimiter, file, HEDDLE_CALLER_PC);
}
HEDDLE_INTERCEPT ssize_t getline(char** line, std::size_t* room, File* file) {
  return read_delimited(line, room, '\n', file, HEDDLE_CALLER_PC);
}

HEDDLE_INTERCEPT int vasprintf(char** out, const char* format, va_list arguments) {
  return print_allocated(out, format, arguments, HEDDLE_CALLER_PC);
}
HEDDLE_INTERCEPT int asprintf(char** out, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int length = print_allocated(out, format, arguments, HEDDLE_CALLER_PC);
  va_end(arguments);
  return length;
}

HEDDLE_INTERCEPT char* realpath(const char* path, char* out) {
  char* const result = real(real_realpath, "realpath")(path, out);
  if (out != nullptr || result == nullptr) return result;
  return adopt(result, length_of(result, SIZE_MAX) + 1, HEDDLE_CALLER_PC);
}
