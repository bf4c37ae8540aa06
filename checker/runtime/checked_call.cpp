#include "checker/runtime/checked_call.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>

#include "checker/runtime/descriptors.hpp"
#include "checker/runtime/environment.hpp"
#include "checker/runtime/raw_syscall.hpp"
#include "checker/runtime/records.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/session.hpp"

namespace heddle::runtime {
namespace {

constexpr std::int64_t ns_per_s = 1'000'000'000;
constexpr std::int64_t grace_ns = 30 * ns_per_s;
constexpr int exit_wants_isolation = 6;

long open_records() {
  const long created = raw_syscall(SYS_memfd_create, "heddle records", MFD_CLOEXEC);
  return created < 0 ? created : move_descriptor_away(created);
}

void silence_streams() {
  const long nothing = raw_syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC);
  if (nothing < 0) return;
  for (const int fd : {0, 1, 2}) raw_syscall(SYS_dup3, nothing, fd, 0);
  raw_syscall(SYS_close, nothing);
}

[[noreturn]] void be_the_child(const CheckedCall& call, int records) {
  raw_syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL);
  set_failure_descriptor(records);
  adopt_options(call.options);
  silence_streams();
  switch (run_session(call.options, call.body, call.argument_count, call.arguments)) {
    case SessionEnd::clean:
      leave_process(exit_clean);
    case SessionEnd::bug:
      leave_process(exit_bug);
    case SessionEnd::nondeterminism:
      leave_process(exit_nondeterminism);
    case SessionEnd::wants_isolation:
      leave_process(exit_wants_isolation);
    case SessionEnd::error:
      break;
  }
  leave_process(exit_error);
}

std::int64_t now_ns() {
  timespec now = {};
  raw_syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
  return now.tv_sec * ns_per_s + now.tv_nsec;
}

// True if the child ended by `deadline` (0: whenever it likes).
bool wait_until(long child, std::int64_t deadline) {
  const long fd = raw_syscall(SYS_pidfd_open, child, 0);
  if (fd < 0) return true;  // no way to wait for so long only
  pollfd waiting = {static_cast<int>(fd), POLLIN, 0};
  long ready = 0;
  do {
    const std::int64_t left = deadline == 0 ? ns_per_s : deadline - now_ns();
    if (left <= 0) break;
    timespec patience = {left / ns_per_s, left % ns_per_s};
    ready = raw_syscall(SYS_ppoll, &waiting, 1, &patience, 0, 0);
  } while (ready <= 0);
  raw_syscall(SYS_close, fd);
  return ready > 0;
}

void run_child(CheckedCall& call, CallEnd& end) {
  fflush(nullptr);
  const std::int64_t budget_ns = static_cast<std::int64_t>(call.options.budget_ms) * 1'000'000;
  const std::int64_t deadline = budget_ns == 0 ? 0 : now_ns() + budget_ns + grace_ns;
  const auto fork_process = reinterpret_cast<decltype(&fork)>(real_function("fork"));
  const pid_t child = fork_process();
  if (child < 0) {
    end.failure = "cannot make a process for the check: too many processes, or out of memory";
    return;
  }
  if (child == 0) be_the_child(call, end.records);
  if (!wait_until(child, deadline)) {
    end.out_of_time = true;
    raw_syscall(SYS_kill, child, SIGKILL);
  }
  while (raw_syscall(SYS_wait4, child, &end.status, 0, 0) == -4) {  // EINTR
  }
}

bool has_other_threads() {
  struct stat status = {};
  // Two links of the folder itself, one for each thread.
  return raw_syscall(SYS_stat, "/proc/self/task", &status) == 0 && status.st_nlink > 3;
}

}  // namespace

const char* why_no_check_now() {
  if (has_other_threads()) {
    return "heddle::check was called while the program has other threads: an execution starts from the state "
           "of "
           "one. End or join them before the check, or create them in its body";
  }
  const long now = raw_syscall(SYS_personality, 0xffffffff);
  if (now >= 0 && (now & ADDR_NO_RANDOMIZE) == 0) {
    return "heddle::check needs a program without address-space randomisation and could not switch it off: "
           "run the "
           "program as `setarch -R PROGRAM`, and allow personality(2) in containers";
  }
  return nullptr;
}

CallEnd run_checked_call(CheckedCall& call) {
  CallEnd end;
  end.records = static_cast<int>(open_records());
  if (end.records < 0) {
    end.failure = "cannot make a file for the check's records";
    return end;
  }
  snprintf(call.options.result, sizeof call.options.result, "/proc/self/fd/%d", end.records);
  run_child(call, end);
  const bool isolate =
      end.failure == nullptr && WIFEXITED(end.status) && WEXITSTATUS(end.status) == exit_wants_isolation;
  if (isolate) {
    raw_syscall(SYS_ftruncate, end.records, 0);
    call.options.isolation = explore::Isolation::fork;
    run_child(call, end);
  }
  return end;
}

}  // namespace heddle::runtime
