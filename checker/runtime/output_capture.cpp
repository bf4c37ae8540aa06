#include "checker/runtime/output_capture.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <initializer_list>

#include "checker/runtime/descriptors.hpp"
#include "checker/runtime/raw_syscall.hpp"

namespace heddle::runtime {
namespace {

long file = -1;
long saved[3] = {-1, -1, -1};

}  // namespace

void begin_output_capture() {
  fflush(nullptr);
  const long created = raw_syscall(SYS_memfd_create, "output", MFD_CLOEXEC);
  if (created < 0) return;  // the program prints to the terminal once more, that is all
  file = move_descriptor_away(created);
  for (const int fd : {1, 2}) {
    const long duplicate = raw_syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 0);
    saved[fd] = duplicate < 0 ? duplicate : move_descriptor_away(duplicate);
    if (saved[fd] >= 0) raw_syscall(SYS_dup3, file, fd, 0);
  }
}

void end_output_capture(char* tail, std::size_t capacity) {
  tail[0] = '\0';
  fflush(nullptr);
  if (file < 0) return;
  for (const int fd : {1, 2}) {
    if (saved[fd] < 0) continue;
    raw_syscall(SYS_dup3, saved[fd], fd, 0);
    raw_syscall(SYS_close, saved[fd]);
    saved[fd] = -1;
  }
  const long size = raw_syscall(SYS_lseek, file, 0, SEEK_END);
  const long room = static_cast<long>(capacity) - 1;
  const long from = size > room ? size - room : 0;
  const long got = raw_syscall(SYS_pread64, file, tail, room, from);
  raw_syscall(SYS_close, file);
  file = -1;
  std::size_t length = got > 0 ? static_cast<std::size_t>(got) : 0;
  tail[length] = '\0';
  if (from == 0) return;
  // Drop the line that begins before the tail.
  std::size_t skip = 0;
  while (skip < length && tail[skip] != '\n') ++skip;
  if (skip == length) return;
  ++skip;
  for (std::size_t i = skip; i <= length; ++i) tail[i - skip] = tail[i];
}

}  // namespace heddle::runtime
