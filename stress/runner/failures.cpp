#include "stress/runner/failures.hpp"

#include <execinfo.h>
#include <pthread.h>
#include <signal.h>

#include <cstdio>
#include <cstring>

#include "stress/runner/real.hpp"
#include "stress/runner/records.hpp"
#include "stress/runner/threads.hpp"

// assert.h declares it only without NDEBUG.
extern "C" void __assert_fail(const char* condition, const char* file, unsigned line,
                              const char* function) noexcept __attribute__((noreturn));
HEDDLE_REAL(__assert_fail)

namespace heddle::stress {
namespace {

constexpr int frames_max = 64;
bool told = false;  // of a failure that now makes the process abort

struct Fatal {
  int number;
  const char* name;
};
constexpr Fatal fatal_signals[] = {
    {SIGSEGV, "SIGSEGV"}, {SIGBUS, "SIGBUS"}, {SIGFPE, "SIGFPE"}, {SIGILL, "SIGILL"}, {SIGABRT, "SIGABRT"}};

const char* name_of(int number) {
  for (const Fatal& fatal : fatal_signals) {
    if (fatal.number == number) return fatal.name;
  }
  return "a signal";
}

void on_fatal_signal(int number) {
  if (!told) {
    char message[64];
    const bool aborted = number == SIGABRT;
    std::snprintf(message, sizeof message, aborted ? "abort() was called" : "%s", name_of(number));
    report_failure(aborted ? "HED007" : "HED009", message, 2);
  }
  signal(number, SIG_DFL);
  raise(number);
}

}  // namespace

void report_failure(const char* rule, const char* message, int skipped) {
  told = true;
  void* addresses[frames_max];
  const int count = backtrace(addresses, frames_max);
  const Thread* const thread = this_thread();
  const unsigned id = thread == nullptr ? 0 : thread->id;
  Record record("finding");
  record.text("rule", rule);
  record.text("message", message);
  record.text("phase", "native");
  char piece[160];
  std::snprintf(
      piece, sizeof piece,
      ",\"threads\":[{\"id\":%u}],\"accesses\":[{\"role\":\"current\",\"thread\":%u,\"kind\":\"call\"", id,
      id);
  record.raw(piece);
  const int from = skipped < count ? skipped : 0;
  record.stack("stack", addresses + from, count - from);
  record.raw("}]");
  record.append();
}

void watch_for_failures() {
  void* warm[1];
  backtrace(warm, 1);  // loads what it needs now, not in a signal handler
  for (const Fatal& fatal : fatal_signals) {
    struct sigaction before = {};
    sigaction(fatal.number, nullptr, &before);
    if (before.sa_handler != SIG_DFL) continue;  // a sanitizer's, which says more
    struct sigaction action = {};
    action.sa_handler = on_fatal_signal;
    sigaction(fatal.number, &action, nullptr);
  }
}

}  // namespace heddle::stress

// The message is the checker's, so that findings of both are one.
extern "C" HEDDLE_PROGRAM_CALLS void __assert_fail(const char* condition, const char* file, unsigned line,
                                                   const char* function) noexcept {
  char message[1024];
  std::snprintf(message, sizeof message, "assertion failed: %s, in %s (%s:%u)", condition, function, file,
                line);
  heddle::stress::report_failure("HED006", message, 2);
  real___assert_fail()(condition, file, line, function);
  __builtin_unreachable();
}
