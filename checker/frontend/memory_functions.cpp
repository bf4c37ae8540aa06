// memcpy, strlen and their like: what they read and write are accesses of the program, which instrumentation
// does not see inside libc.
//
// Compiled so that none of these becomes a call of another (see cmake/HeddleRuntime.cmake), and never reached
// by the engine, whose own calls are renamed when it is merged. The real functions are found under names
// nobody intercepts, or written out where libc has none.
#include <cstddef>
#include <cstdint>

#include "checker/frontend/intercept.hpp"
#include "checker/runtime/access.hpp"
#include "checker/runtime/runtime.hpp"

extern "C" {
// runtime/internal_memory.cpp
void* heddle_internal_memcpy(void* to, const void* from, std::size_t bytes);
void* heddle_internal_memmove(void* to, const void* from, std::size_t bytes);
void* heddle_internal_memset(void* to, int byte, std::size_t bytes);
int heddle_internal_memcmp(const void* a, const void* b, std::size_t bytes);
// glibc: memchr without a bound.
void* __rawmemchr(const void* memory, int byte);
}

namespace {

using heddle::runtime::AccessKind;
using heddle::runtime::controlled;

void reads(const void* memory, std::size_t bytes, std::uintptr_t pc) {
  if (bytes == 0) return;
  heddle::runtime::check_plain_access(reinterpret_cast<std::uintptr_t>(memory), bytes, AccessKind::read, pc);
}
void writes(const void* memory, std::size_t bytes, std::uintptr_t pc) {
  if (bytes == 0) return;
  heddle::runtime::check_plain_access(reinterpret_cast<std::uintptr_t>(memory), bytes, AccessKind::write, pc);
}

std::size_t length(const char* text) {
  return static_cast<std::size_t>(static_cast<const char*>(__rawmemchr(text, 0)) - text);
}
std::size_t length(const char* text, std::size_t most) {
  std::size_t n = 0;
  while (n < most && text[n] != '\0') ++n;
  return n;
}

// How many bytes memcmp or strncmp must look at to answer: up to and including the first difference.
std::size_t compared_bytes(const unsigned char* a, const unsigned char* b, std::size_t most,
                           bool stop_at_null) {
  std::size_t n = 0;
  while (n < most) {
    const unsigned char x = a[n];
    const unsigned char y = b[n];
    ++n;
    if (x != y || (stop_at_null && x == '\0')) break;
  }
  return n;
}

const unsigned char* bytes_of(const void* memory) { return static_cast<const unsigned char*>(memory); }

int compare(const void* a, const void* b, std::size_t most, bool stop_at_null, std::uintptr_t pc) {
  const std::size_t n = compared_bytes(bytes_of(a), bytes_of(b), most, stop_at_null);
  if (controlled()) {
    reads(a, n, pc);
    reads(b, n, pc);
  }
  return n == 0 ? 0 : bytes_of(a)[n - 1] - bytes_of(b)[n - 1];
}

}  // namespace

HEDDLE_INTERCEPT void* memcpy(void* to, const void* from, std::size_t bytes) {
  if (controlled()) {
    reads(from, bytes, HEDDLE_CALLER_PC);
    writes(to, bytes, HEDDLE_CALLER_PC);
  }
  return heddle_internal_memcpy(to, from, bytes);
}
HEDDLE_INTERCEPT void* memmove(void* to, const void* from, std::size_t bytes) {
  if (controlled()) {
    reads(from, bytes, HEDDLE_CALLER_PC);
    writes(to, bytes, HEDDLE_CALLER_PC);
  }
  return heddle_internal_memmove(to, from, bytes);
}
HEDDLE_INTERCEPT void* memset(void* to, int byte, std::size_t bytes) {
  if (controlled()) writes(to, bytes, HEDDLE_CALLER_PC);
  return heddle_internal_memset(to, byte, bytes);
}
HEDDLE_INTERCEPT void bzero(void* to, std::size_t bytes) {
  if (controlled()) writes(to, bytes, HEDDLE_CALLER_PC);
  heddle_internal_memset(to, 0, bytes);
}
HEDDLE_INTERCEPT void* mempcpy(void* to, const void* from, std::size_t bytes) {
  if (controlled()) {
    reads(from, bytes, HEDDLE_CALLER_PC);
    writes(to, bytes, HEDDLE_CALLER_PC);
  }
  return static_cast<char*>(heddle_internal_memcpy(to, from, bytes)) + bytes;
}

// clang's hooks for the copies it would otherwise expand inline.
HEDDLE_INTERCEPT void* __tsan_memcpy(void* to, const void* from, std::size_t bytes) {
  if (controlled()) {
    reads(from, bytes, HEDDLE_CALLER_PC);
    writes(to, bytes, HEDDLE_CALLER_PC);
  }
  return heddle_internal_memcpy(to, from, bytes);
}
HEDDLE_INTERCEPT void* __tsan_memmove(void* to, const void* from, std::size_t bytes) {
  if (controlled()) {
    reads(from, bytes, HEDDLE_CALLER_PC);
    writes(to, bytes, HEDDLE_CALLER_PC);
  }
  return heddle_internal_memmove(to, from, bytes);
}
HEDDLE_INTERCEPT void* __tsan_memset(void* to, int byte, std::size_t bytes) {
  if (controlled()) writes(to, bytes, HEDDLE_CALLER_PC);
  return heddle_internal_memset(to, byte, bytes);
}

// The standard lets memcmp read all of both objects, but only what decides the answer can be relied on to be
// read.
HEDDLE_INTERCEPT int memcmp(const void* a, const void* b, std::size_t bytes) {
  if (!controlled()) return heddle_internal_memcmp(a, b, bytes);
  return compare(a, b, bytes, false, HEDDLE_CALLER_PC);
}
HEDDLE_INTERCEPT int bcmp(const void* a, const void* b, std::size_t bytes) {
  if (!controlled()) return heddle_internal_memcmp(a, b, bytes);
  return compare(a, b, bytes, false, HEDDLE_CALLER_PC);
}
HEDDLE_INTERCEPT void* memchr(const void* memory, int byte, std::size_t bytes) {
  const unsigned char* const text = bytes_of(memory);
  std::size_t n = 0;
  while (n < bytes && text[n] != static_cast<unsigned char>(byte)) ++n;
  if (controlled()) reads(memory, n < bytes ? n + 1 : bytes, HEDDLE_CALLER_PC);
  return n < bytes ? const_cast<unsigned char*>(text + n) : nullptr;
}

HEDDLE_INTERCEPT std::size_t strlen(const char* text) {
  const std::size_t n = length(text);
  if (controlled()) reads(text, n + 1, HEDDLE_CALLER_PC);
  return n;
}
HEDDLE_INTERCEPT std::size_t strnlen(const char* text, std::size_t most) {
  const std::size_t n = length(text, most);
  if (controlled()) reads(text, n < most ? n + 1 : most, HEDDLE_CALLER_PC);
  return n;
}
HEDDLE_INTERCEPT int strcmp(const char* a, const char* b) {
  return compare(a, b, SIZE_MAX, true, HEDDLE_CALLER_PC);
}
HEDDLE_INTERCEPT int strncmp(const char* a, const char* b, std::size_t most) {
  return compare(a, b, most, true, HEDDLE_CALLER_PC);
}
HEDDLE_INTERCEPT char* strcpy(char* to, const char* from) {
  const std::size_t bytes = length(from) + 1;
  if (controlled()) {
    reads(from, bytes, HEDDLE_CALLER_PC);
    writes(to, bytes, HEDDLE_CALLER_PC);
  }
  heddle_internal_memcpy(to, from, bytes);
  return to;
}
HEDDLE_INTERCEPT char* stpcpy(char* to, const char* from) {
  const std::size_t bytes = length(from) + 1;
  if (controlled()) {
    reads(from, bytes, HEDDLE_CALLER_PC);
    writes(to, bytes, HEDDLE_CALLER_PC);
  }
  heddle_internal_memcpy(to, from, bytes);
  return to + bytes - 1;
}
HEDDLE_INTERCEPT char* strncpy(char* to, const char* from, std::size_t bytes) {
  const std::size_t copied = length(from, bytes);
  if (controlled()) {
    reads(from, copied < bytes ? copied + 1 : bytes, HEDDLE_CALLER_PC);
    writes(to, bytes, HEDDLE_CALLER_PC);
  }
  heddle_internal_memcpy(to, from, copied);
  heddle_internal_memset(to + copied, 0, bytes - copied);
  return to;
}
HEDDLE_INTERCEPT char* strcat(char* to, const char* from) {
  const std::size_t kept = length(to);
  const std::size_t bytes = length(from) + 1;
  if (controlled()) {
    reads(to, kept + 1, HEDDLE_CALLER_PC);
    reads(from, bytes, HEDDLE_CALLER_PC);
    writes(to + kept, bytes, HEDDLE_CALLER_PC);
  }
  heddle_internal_memcpy(to + kept, from, bytes);
  return to;
}
HEDDLE_INTERCEPT char* strncat(char* to, const char* from, std::size_t most) {
  const std::size_t kept = length(to);
  const std::size_t copied = length(from, most);
  if (controlled()) {
    reads(to, kept + 1, HEDDLE_CALLER_PC);
    reads(from, copied < most ? copied + 1 : most, HEDDLE_CALLER_PC);
    writes(to + kept, copied + 1, HEDDLE_CALLER_PC);
  }
  heddle_internal_memcpy(to + kept, from, copied);
  to[kept + copied] = '\0';
  return to;
}
HEDDLE_INTERCEPT char* strchr(const char* text, int byte) {
  std::size_t n = 0;
  while (text[n] != '\0' && text[n] != static_cast<char>(byte)) ++n;
  if (controlled()) reads(text, n + 1, HEDDLE_CALLER_PC);
  return text[n] == static_cast<char>(byte) ? const_cast<char*>(text + n) : nullptr;
}
HEDDLE_INTERCEPT char* strrchr(const char* text, int byte) {
  const std::size_t n = length(text);
  if (controlled()) reads(text, n + 1, HEDDLE_CALLER_PC);
  for (std::size_t i = n + 1; i-- > 0;) {
    if (text[i] == static_cast<char>(byte)) return const_cast<char*>(text + i);
  }
  return nullptr;
}
