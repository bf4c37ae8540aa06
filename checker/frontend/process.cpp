// The end of the process (exit, abort, assert), what runs then (atexit), signals, and other processes.
#include "checker/runtime/process.hpp"

#include <assert.h>
#include <spawn.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "checker/frontend/caller.hpp"
#include "checker/frontend/intercept.hpp"
#include "checker/runtime/heap.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/signals.hpp"
#include "checker/runtime/territory.hpp"
#include "checker/runtime/threads.hpp"

// Parameter lists must be those of the system's headers, attributes included; the compiler's complaints about
// our definitions of its built-ins are about nothing else.
#pragma GCC diagnostic ignored "-Wattributes"

namespace {

using namespace heddle::runtime;
using heddle::format::Rule;
using heddle::frontend::is_called_by_program;

// The real function behind an intercepted one, looked up on first use.
template <class Function>
Function next(Function& slot, const char* symbol) {
  if (slot == nullptr) slot = reinterpret_cast<Function>(real_function(symbol));
  return slot;
}

// Registrations count for every execution when made before the first, for one when made in it.
bool registers_with_us(std::uintptr_t pc) {
  if (controlled() && thread_count() > 1) forget_all();  // whoever ends the process runs it
  return (controlled() || check_requested()) && is_called_by_program(pc);
}

[[noreturn]] void no_processes(const char* call, std::uintptr_t pc) {
  unsupported(call, pc,
              "another process would run outside the checker; test the code around it in one process");
}

}  // namespace

// ---- exit and its handlers
// ------------------------------------------------------------------------------------------

HEDDLE_INTERCEPT int __cxa_atexit(void (*function)(void*), void* argument, void* module) {
  static int (*real_one)(void (*)(void*), void*, void*);
  if (!registers_with_us(HEDDLE_CALLER_PC)) return next(real_one, "__cxa_atexit")(function, argument, module);
  const EngineScope scope;
  add_exit_handler(ExitHandlerKind::cxa_atexit, reinterpret_cast<void (*)()>(function), argument);
  return 0;
}

HEDDLE_INTERCEPT int on_exit(void (*function)(int, void*), void* argument) {
  static int (*real_one)(void (*)(int, void*), void*);
  if (!registers_with_us(HEDDLE_CALLER_PC)) return next(real_one, "on_exit")(function, argument);
  const EngineScope scope;
  add_exit_handler(ExitHandlerKind::on_exit, reinterpret_cast<void (*)()>(function), argument);
  return 0;
}

HEDDLE_INTERCEPT int __cxa_at_quick_exit(void (*function)(void*), void* module) {
  static int (*real_one)(void (*)(void*), void*);
  if (!registers_with_us(HEDDLE_CALLER_PC)) return next(real_one, "__cxa_at_quick_exit")(function, module);
  const EngineScope scope;
  add_exit_handler(ExitHandlerKind::quick, reinterpret_cast<void (*)()>(function), nullptr);
  return 0;
}

HEDDLE_INTERCEPT int __cxa_thread_atexit_impl(void (*function)(void*), void* object, void* module) {
  static int (*real_one)(void (*)(void*), void*, void*);
  if (controlled()) {
    const EngineScope scope;
    add_thread_destructor(current_thread(), function, object);
    return 0;
  }
  if (check_requested() && is_called_by_program(HEDDLE_CALLER_PC)) {
    add_thread_destructor(thread_at(0), function, object);
    return 0;
  }
  return next(real_one, "__cxa_thread_atexit_impl")(function, object, module);
}

HEDDLE_INTERCEPT int __cxa_thread_atexit(void (*function)(void*), void* object, void* module) {
  return __cxa_thread_atexit_impl(function, object, module);
}

HEDDLE_INTERCEPT void exit(int status) {
  static void (*real_one)(int);
  if (controlled()) exit_process(status);
  next(real_one, "exit")(status);
  __builtin_unreachable();
}

HEDDLE_INTERCEPT void quick_exit(int status) noexcept {
  static void (*real_one)(int);
  if (controlled()) quick_exit_process(status);
  next(real_one, "quick_exit")(status);
  __builtin_unreachable();
}

HEDDLE_INTERCEPT void _exit(int status) {
  static void (*real_one)(int);
  if (controlled()) end_process(status);
  next(real_one, "_exit")(status);
  __builtin_unreachable();
}

HEDDLE_INTERCEPT void _Exit(int status) noexcept {
  static void (*real_one)(int);
  if (controlled()) end_process(status);
  next(real_one, "_Exit")(status);
  __builtin_unreachable();
}

// ---- abort and assert
// -----------------------------------------------------------------------------------------------

HEDDLE_INTERCEPT void abort() noexcept {
  static void (*real_one)();
  if (controlled()) fail_at(Rule::abort, HEDDLE_CALLER_PC, "abort() was called");
  next(real_one, "abort")();
  __builtin_unreachable();
}

HEDDLE_INTERCEPT void __assert_fail(const char* expression, const char* file, unsigned line,
                                    const char* function) noexcept {
  static void (*real_one)(const char*, const char*, unsigned, const char*);
  if (controlled()) {
    fail_at(Rule::assertion, HEDDLE_CALLER_PC, "assertion failed: %s, in %s (%s:%u)", expression,
            function != nullptr ? function : "?", file, line);
  }
  next(real_one, "__assert_fail")(expression, file, line, function);
  __builtin_unreachable();
}

HEDDLE_INTERCEPT void __assert_perror_fail(int error, const char* file, unsigned line,
                                           const char* function) noexcept {
  static void (*real_one)(int, const char*, unsigned, const char*);
  if (controlled()) {
    fail_at(Rule::assertion, HEDDLE_CALLER_PC, "assertion failed: unexpected error %d, in %s (%s:%u)", error,
            function != nullptr ? function : "?", file, line);
  }
  next(real_one, "__assert_perror_fail")(error, file, line, function);
  __builtin_unreachable();
}

HEDDLE_INTERCEPT void __stack_chk_fail() {
  static void (*real_one)();
  if (controlled())
    fail_at(Rule::crash, HEDDLE_CALLER_PC, "stack smashing detected: a local array was overrun");
  next(real_one, "__stack_chk_fail")();
  __builtin_unreachable();
}

// ---- signals
// ----------------------------------------------------------------------------------------------------------

// Signal actions and masks are nothing that recalled executions know of (runtime/territory.hpp).
static void touch_signals() {
  if (controlled() && thread_count() > 1) forget_all();
}

HEDDLE_INTERCEPT int sigaction(int signal, const struct sigaction* action, struct sigaction* old) noexcept {
  static int (*real_one)(int, const struct sigaction*, struct sigaction*);
  if (!check_requested() || !is_called_by_program(HEDDLE_CALLER_PC)) {
    return next(real_one, "sigaction")(signal, action, old);
  }
  touch_signals();
  if (set_signal_action(signal, action, old)) return 0;
  errno = EINVAL;
  return -1;
}

HEDDLE_INTERCEPT sighandler_t signal(int number, sighandler_t handler) noexcept {
  static sighandler_t (*real_one)(int, sighandler_t);
  if (!check_requested() || !is_called_by_program(HEDDLE_CALLER_PC))
    return next(real_one, "signal")(number, handler);
  touch_signals();
  struct sigaction action = {};
  struct sigaction old = {};
  action.sa_handler = handler;
  if (set_signal_action(number, &action, &old)) return old.sa_handler;
  errno = EINVAL;
  return SIG_ERR;
}

HEDDLE_INTERCEPT int raise(int signal) noexcept {
  static int (*real_one)(int);
  if (!controlled()) return next(real_one, "raise")(signal);
  touch_signals();
  deliver_signal(signal, HEDDLE_CALLER_PC);
  return 0;
}

HEDDLE_INTERCEPT int kill(pid_t process, int signal) noexcept {
  static int (*real_one)(pid_t, int);
  if (!controlled() || process != getpid()) return next(real_one, "kill")(process, signal);
  touch_signals();
  deliver_signal(signal, HEDDLE_CALLER_PC);
  return 0;
}

HEDDLE_INTERCEPT int sigprocmask(int how, const sigset_t* set, sigset_t* old) noexcept {
  static int (*real_one)(int, const sigset_t*, sigset_t*);
  if (!controlled()) return next(real_one, "sigprocmask")(how, set, old);
  touch_signals();
  change_signal_mask(how, set, old);
  return 0;
}

HEDDLE_INTERCEPT int pthread_sigmask(int how, const sigset_t* set, sigset_t* old) noexcept {
  static int (*real_one)(int, const sigset_t*, sigset_t*);
  if (!controlled()) return next(real_one, "pthread_sigmask")(how, set, old);
  touch_signals();
  change_signal_mask(how, set, old);
  return 0;
}

// ---- other processes
// --------------------------------------------------------------------------------------------------

HEDDLE_INTERCEPT pid_t fork() noexcept {
  static pid_t (*real_one)();
  if (controlled()) no_processes("fork", HEDDLE_CALLER_PC);
  next(real_one, "fork");
  heap_lock();
  const pid_t child = real_one();
  heap_unlock();
  return child;
}

// Cannot be forwarded by a call (the child would return through our frame): outside a check it is fork, which
// POSIX allows.
HEDDLE_INTERCEPT pid_t vfork() noexcept {
  if (controlled()) no_processes("vfork", HEDDLE_CALLER_PC);
  return fork();
}

HEDDLE_INTERCEPT int execve(const char* path, char* const* arguments, char* const* environment) noexcept {
  static int (*real_one)(const char*, char* const*, char* const*);
  if (controlled()) no_processes("execve", HEDDLE_CALLER_PC);
  return next(real_one, "execve")(path, arguments, environment);
}

HEDDLE_INTERCEPT int execv(const char* path, char* const* arguments) noexcept {
  static int (*real_one)(const char*, char* const*);
  if (controlled()) no_processes("execv", HEDDLE_CALLER_PC);
  return next(real_one, "execv")(path, arguments);
}

HEDDLE_INTERCEPT int execvp(const char* file, char* const* arguments) noexcept {
  static int (*real_one)(const char*, char* const*);
  if (controlled()) no_processes("execvp", HEDDLE_CALLER_PC);
  return next(real_one, "execvp")(file, arguments);
}

HEDDLE_INTERCEPT int system(const char* command) {
  static int (*real_one)(const char*);
  if (controlled()) no_processes("system", HEDDLE_CALLER_PC);
  return next(real_one, "system")(command);
}

HEDDLE_INTERCEPT FILE* popen(const char* command, const char* mode) {
  static FILE* (*real_one)(const char*, const char*);
  if (controlled()) no_processes("popen", HEDDLE_CALLER_PC);
  return next(real_one, "popen")(command, mode);
}

HEDDLE_INTERCEPT int posix_spawn(pid_t* process, const char* path, const posix_spawn_file_actions_t* actions,
                                 const posix_spawnattr_t* attributes, char* const* arguments,
                                 char* const* environment) {
  static decltype(&posix_spawn) real_one;
  if (controlled()) no_processes("posix_spawn", HEDDLE_CALLER_PC);
  return next(real_one, "posix_spawn")(process, path, actions, attributes, arguments, environment);
}

HEDDLE_INTERCEPT int posix_spawnp(pid_t* process, const char* file, const posix_spawn_file_actions_t* actions,
                                  const posix_spawnattr_t* attributes, char* const* arguments,
                                  char* const* environment) {
  static decltype(&posix_spawnp) real_one;
  if (controlled()) no_processes("posix_spawnp", HEDDLE_CALLER_PC);
  return next(real_one, "posix_spawnp")(process, file, actions, attributes, arguments, environment);
}
