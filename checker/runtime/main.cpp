// Takes main's place (linker option --wrap=main).
#include <sys/personality.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>

#include "checker/runtime/arguments.hpp"
#include "checker/runtime/environment.hpp"
#include "checker/runtime/raw_syscall.hpp"
#include "checker/runtime/records.hpp"
#include "checker/runtime/restart.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/session.hpp"

extern "C" {
int __real_main(int argc, char** argv, char** envp);
// The command looks for this symbol to tell programs built for checking from others.
extern __attribute__((visibility("default"))) const char heddle_runtime_present[];
const char heddle_runtime_present[] = "heddle run protocol 1";
}

namespace heddle::runtime {
namespace {

int run_main(void*) {
  const Arguments& given = restore_arguments();
  return __real_main(given.count, given.vector, given.environment);
}

// Addresses of globals are what makes most programs' behaviour differ between runs, and the shadow memory's
// layout counts on them: start again without address-space randomisation, before any of the program's
// constructors.
void fix_addresses(int argc, char** argv, char** envp) {
  (void)argc;
  if (!owns_heap()) return;
  const long now = raw_syscall(SYS_personality, 0xffffffff);
  if (now < 0 || (now & ADDR_NO_RANDOMIZE) != 0) return;
  if (raw_syscall(SYS_personality, now | ADDR_NO_RANDOMIZE) < 0)
    return;  // forbidden in some containers: go on without
  raw_syscall(SYS_execve, "/proc/self/exe", argv, envp);
}
__attribute__((section(".preinit_array"), used)) void (*const fix_addresses_first)(int, char**,
                                                                                   char**) = fix_addresses;

}  // namespace
}  // namespace heddle::runtime

extern "C" __attribute__((visibility("default"))) int __wrap_main(int argc, char** argv, char** envp) {
  using namespace heddle::runtime;
  const char* where = "";
  if (const char* const error = options_error(&where); error != nullptr) {
    fprintf(stderr, "heddle: HEDDLE_OPTIONS: %s: %s\n", error, where);
    return 2;
  }
  if (!check_requested()) return __real_main(argc, argv, envp);
  snapshot_arguments(argc, argv, envp);
  switch (run_session(requested_options(), {run_main, nullptr}, argc, argv)) {
    case SessionEnd::clean:
      leave_process(exit_clean);
    case SessionEnd::bug:
      leave_process(exit_bug);
    case SessionEnd::wants_isolation:
      restore_arguments();
      restart_isolated(argv, envp);
      leave_process(exit_error);
    case SessionEnd::nondeterminism:
      leave_process(exit_nondeterminism);
    case SessionEnd::error:
      break;
  }
  leave_process(exit_error);
}
