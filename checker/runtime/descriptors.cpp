#include "checker/runtime/descriptors.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>

#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/raw_syscall.hpp"

namespace heddle::runtime {
namespace {

// The first executions are looked at one by one, later ones every so often, all of them once one left
// something.
constexpr std::uint64_t executions_watched = 4;
constexpr std::uint64_t executions_between_looks = 64;

constexpr int engine_lowest = 900;

// Numbers that were free when the first execution began.
struct Gap {
  int first;
  int last;
};
kernel::Vector<Gap>* gaps = nullptr;
int first_free = 3;
bool executions_leak = false;
bool rewinds_input = false;
long input_start = 0;
std::uint64_t executions = 0;

bool is_open(int descriptor) { return raw_syscall(SYS_fcntl, descriptor, F_GETFD) >= 0; }

int lowest_free() {
  const long fd = raw_syscall(SYS_fcntl, 0, F_DUPFD_CLOEXEC, 0);
  if (fd < 0) return first_free;
  raw_syscall(SYS_close, fd);
  return static_cast<int>(fd);
}

}  // namespace

long move_descriptor_away(long descriptor) {
  const long moved = raw_syscall(SYS_fcntl, descriptor, F_DUPFD_CLOEXEC, engine_lowest);
  if (moved < 0) return descriptor;
  raw_syscall(SYS_close, descriptor);
  return moved;
}

void snapshot_descriptors() {
  gaps = &make_engine_object<kernel::Vector<Gap>>();
  for (int fd = 0; fd < engine_lowest; ++fd) {
    if (is_open(fd)) continue;
    if (gaps->empty() || gaps->back().last != fd - 1) gaps->push_back({fd, fd});
    gaps->back().last = fd;
  }
  first_free = lowest_free();
  struct stat status = {};
  if (raw_syscall(SYS_fstat, 0, &status) == 0 && S_ISREG(status.st_mode)) {
    rewinds_input = true;
    input_start = raw_syscall(SYS_lseek, 0, 0, SEEK_CUR);
  }
}

void restore_descriptors() {
  if (rewinds_input) fseeko(stdin, input_start, SEEK_SET);
  ++executions;
  if (!executions_leak) {
    if (executions > executions_watched && executions % executions_between_looks != 0) return;
    executions_leak = lowest_free() != first_free;
    if (!executions_leak) return;
  }
  for (const Gap& gap : *gaps) raw_syscall(SYS_close_range, gap.first, gap.last, 0);
}

}  // namespace heddle::runtime
