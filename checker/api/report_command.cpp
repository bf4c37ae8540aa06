// CheckResult::report: the command `heddle show` makes the report, in a process of its own. Nothing of it is
// linked into the program.
#include <fcntl.h>
#include <heddle/check_abi.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "checker/api/command_line.hpp"
#include "checker/frontend/intercept.hpp"
#include "checker/runtime/raw_syscall.hpp"
#include "checker/runtime/runtime.hpp"

namespace {

using namespace heddle;
using runtime::raw_syscall;

constexpr int exit_not_started = 127;

// HEDDLE names the command; else the one the program was built with, if it is still there; else that of PATH.
const char* choose_command(const char* at_build) {
  constexpr char variable[] = "HEDDLE=";
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    if (std::strncmp(*entry, variable, sizeof variable - 1) == 0) return *entry + sizeof variable - 1;
  }
  const bool usable = *at_build != '\0' && raw_syscall(SYS_access, at_build, X_OK) == 0;
  return usable ? at_build : "heddle";
}

[[noreturn]] void become_command(const heddle_report_request& request, long records, long output) {
  // dup3 onto itself would fail, and close-on-exec must go.
  raw_syscall(SYS_dup3, output, 1, 0);
  const long input = raw_syscall(SYS_fcntl, records, F_DUPFD, 3);
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%ld", input);
  kernel::Vector<const char*> words = {"heddle", "show", "--records", path, "--check", request.check};
  if (*request.selects != '\0') {
    words.push_back("--selects");
    words.push_back(request.selects);
  }
  words.push_back("--");
  for (const char* word : api::command_line().words) words.push_back(word);
  words.push_back(nullptr);
  const auto execute = reinterpret_cast<decltype(&execvp)>(runtime::real_function("execvp"));
  execute(choose_command(request.command), const_cast<char* const*>(words.data()));
  for (;;) raw_syscall(SYS_exit_group, exit_not_started);
}

}  // namespace

HEDDLE_INTERCEPT int heddle_runtime_report(const heddle_report_request* request) {
  const runtime::EngineScope scope;
  const long records = raw_syscall(SYS_memfd_create, "heddle records", 1U /* MFD_CLOEXEC */);
  int ends[2] = {-1, -1};
  if (records < 0 || raw_syscall(SYS_pipe2, ends, O_CLOEXEC) < 0) return 1;
  runtime::write_all(static_cast<int>(records), request->records, request->bytes);
  const auto fork_process = reinterpret_cast<decltype(&fork)>(runtime::real_function("fork"));
  const pid_t child = fork_process();
  if (child == 0) become_command(*request, records, ends[1]);
  raw_syscall(SYS_close, records);
  raw_syscall(SYS_close, ends[1]);
  char piece[4096];
  for (long got;
       child > 0 && ((got = raw_syscall(SYS_read, ends[0], piece, sizeof piece)) > 0 || got == -4);) {
    if (got > 0) request->text(request->context, piece, static_cast<std::size_t>(got));
  }
  raw_syscall(SYS_close, ends[0]);
  int status = 0;
  if (child < 0) return 1;
  while (raw_syscall(SYS_wait4, child, &status, 0, 0) == -4) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) != exit_not_started ? 0 : 1;
}
