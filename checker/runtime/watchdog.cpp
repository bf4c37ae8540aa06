#include "checker/runtime/watchdog.hpp"

#include <link.h>
#include <signal.h>
#include <time.h>
#include <ucontext.h>

#include <cstdint>

#include "checker/runtime/raw_syscall.hpp"
#include "checker/runtime/runtime.hpp"

namespace heddle::runtime {
namespace {

constexpr long tick_ns = 100'000'000;
constexpr unsigned hang_ticks = 20;
constexpr unsigned expected_hang_ticks = 3;
// Code outside the executable may hold a lock of libc, which the jump out of the handler would leave locked;
// it gets more time to come back.
constexpr unsigned hang_ticks_in_libraries = 100;

unsigned ticks_allowed = hang_ticks;
unsigned idle_ticks = 0;
std::uint64_t operations_seen = 0;
std::uint64_t execution_seen = 0;

struct Code {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
};
Code executable;

int find_executable(dl_phdr_info* info, std::size_t, void*) {
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info->dlpi_phdr[i];
    if (header.p_type != PT_LOAD || (header.p_flags & PF_X) == 0) continue;
    executable.begin = info->dlpi_addr + header.p_vaddr;
    executable.end = executable.begin + header.p_memsz;
  }
  return 1;
}

void handle_tick(int, siginfo_t*, void* machine) {
  if (!hot.active || hot.operations != operations_seen || hot.execution != execution_seen) {
    operations_seen = hot.operations;
    execution_seen = hot.execution;
    idle_ticks = 0;
    return;
  }
  ++idle_ticks;
  if (idle_ticks < ticks_allowed || !hot.controlled) return;
#if defined(__x86_64__)
  const auto pc = static_cast<std::uintptr_t>(static_cast<ucontext_t*>(machine)->uc_mcontext.gregs[REG_RIP]);
#else
#error "watchdog: port me"
#endif
  const bool in_executable = pc >= executable.begin && pc < executable.end;
  if (!in_executable && idle_ticks < hang_ticks_in_libraries) return;
  idle_ticks = 0;
  fail_at(format::Rule::hang, pc + 1,
          "thread %u used two seconds of CPU time without reaching a synchronisation or atomic operation: it "
          "waits for "
          "something no other thread can tell it",
          self());
}

}  // namespace

void expect_hang(bool expected) { ticks_allowed = expected ? expected_hang_ticks : hang_ticks; }

void start_watchdog() {
  dl_iterate_phdr(find_executable, nullptr);
  struct sigaction action = {};
  action.sa_sigaction = handle_tick;
  action.sa_flags = static_cast<int>(SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART);
  reinterpret_cast<decltype(&sigaction)>(real_function("sigaction"))(SIGVTALRM, &action, nullptr);
  sigevent event = {};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGVTALRM;
  timer_t timer = nullptr;
  const auto create = reinterpret_cast<decltype(&timer_create)>(real_function("timer_create"));
  const auto set = reinterpret_cast<decltype(&timer_settime)>(real_function("timer_settime"));
  if (create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer) != 0) return;  // without it, such loops hang the run
  itimerspec period = {};
  period.it_interval.tv_nsec = tick_ns;
  period.it_value.tv_nsec = tick_ns;
  set(timer, 0, &period, nullptr);
}

}  // namespace heddle::runtime
