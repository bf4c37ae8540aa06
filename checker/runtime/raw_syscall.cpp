#include "checker/runtime/raw_syscall.hpp"

#include <sys/mman.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>

namespace heddle::runtime {

void* map_fixed(std::uintptr_t address, std::size_t bytes, bool shared) {
  const long flags =
      MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | MAP_NORESERVE | (shared ? MAP_SHARED : MAP_PRIVATE);
  const long got = raw_syscall(SYS_mmap, address, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (got == static_cast<long>(address)) return reinterpret_cast<void*>(address);
  // Kernels before 4.17 take MAP_FIXED_NOREPLACE for a hint.
  if (got > 0) raw_syscall(SYS_munmap, got, bytes);
  return nullptr;
}

long write_all(int fd, const char* text, std::size_t bytes) {
  while (bytes > 0) {
    const long written = raw_syscall(SYS_write, fd, text, bytes);
    if (written == -4) continue;  // EINTR
    if (written <= 0) return written == 0 ? ENOSPC : -written;
    text += written;
    bytes -= static_cast<std::size_t>(written);
  }
  return 0;
}

namespace {
int failure_fd = 2;
}

void set_failure_descriptor(int fd) { failure_fd = fd; }

void engine_failure(const char* format, ...) {
  char text[1024];
  constexpr char prefix[] = "heddle: internal error: ";
  std::size_t used = sizeof prefix - 1;
  __builtin_memcpy(text, prefix, used);
  va_list arguments;
  va_start(arguments, format);
  const int length = vsnprintf(text + used, sizeof text - used - 1, format, arguments);
  va_end(arguments);
  if (length > 0) used += static_cast<std::size_t>(length);
  if (used > sizeof text - 2) used = sizeof text - 2;
  text[used++] = '\n';
  write_all(failure_fd, text, used);
  for (;;) raw_syscall(SYS_exit_group, 5);
}

}  // namespace heddle::runtime
