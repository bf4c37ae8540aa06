// System calls that go straight to the kernel. The libc entry points (`syscall`, `mmap`, `read`, ...) are
// intercepted or touch errno, which belongs to the program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace heddle::runtime {

namespace detail {

inline long syscall6(long number, long a, long b, long c, long d, long e, long f) {
#if defined(__x86_64__)
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
#else
#error "raw_syscall: port me"
#endif
}

struct Word {
  long value = 0;
  Word() = default;
  template <class T>
  Word(T* pointer) : value(reinterpret_cast<long>(pointer)) {}  // NOLINT(google-explicit-constructor)
  template <class T>
  requires std::is_integral_v<T> Word(T number)
      : value(static_cast<long>(number)) {}  // NOLINT(google-explicit-constructor)
};

}  // namespace detail

// Arguments are integers or pointers. Returns what the kernel returns: a value, or -errno.
inline long raw_syscall(long number, detail::Word a = {}, detail::Word b = {}, detail::Word c = {},
                        detail::Word d = {}, detail::Word e = {}, detail::Word f = {}) {
  return detail::syscall6(number, a.value, b.value, c.value, d.value, e.value, f.value);
}

// Private anonymous memory at exactly `address`; null if the range is taken or memory is short.
void* map_fixed(std::uintptr_t address, std::size_t bytes, bool shared = false);

// Writes all of `text` to `fd`. 0, or the error that stopped it.
long write_all(int fd, const char* text, std::size_t bytes);

// Where engine_failure says why; standard error at first.
void set_failure_descriptor(int fd);
// The engine cannot go on: says why on stderr and leaves with exit code 5.
[[noreturn]] __attribute__((format(printf, 1, 2))) void engine_failure(const char* format, ...);

}  // namespace heddle::runtime
