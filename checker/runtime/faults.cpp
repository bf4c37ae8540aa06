#include "checker/runtime/faults.hpp"

#include <signal.h>
#include <ucontext.h>

#include <cstdint>

#include "checker/kernel/memory.hpp"
#include "checker/runtime/globals.hpp"
#include "checker/runtime/raw_syscall.hpp"
#include "checker/runtime/records.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/thread_slots.hpp"

namespace heddle::runtime {
namespace {

constexpr std::size_t handler_stack_bytes = std::size_t{256} << 10;
volatile sig_atomic_t stop_asked = 0;

const char* name_of(int signal) {
  switch (signal) {
    case SIGSEGV:
      return "SIGSEGV";
    case SIGBUS:
      return "SIGBUS";
    case SIGFPE:
      return "SIGFPE";
    case SIGILL:
      return "SIGILL";
    case SIGTRAP:
      return "SIGTRAP";
    case SIGABRT:
      return "SIGABRT";
    default:
      return "SIGSYS";
  }
}

struct Fault {
  std::uintptr_t address;
  std::uintptr_t pc;     // of the faulting instruction
  std::uintptr_t stack;  // stack pointer
  bool is_write;
  bool has_address;  // the processor does not say for every pointer
};

Fault describe(const siginfo_t& info, const ucontext_t& machine) {
#if defined(__x86_64__)
  constexpr long long page_fault_write = 2;
  return {reinterpret_cast<std::uintptr_t>(info.si_addr),
          static_cast<std::uintptr_t>(machine.uc_mcontext.gregs[REG_RIP]),
          static_cast<std::uintptr_t>(machine.uc_mcontext.gregs[REG_RSP]),
          (machine.uc_mcontext.gregs[REG_ERR] & page_fault_write) != 0, info.si_code != SI_KERNEL};
#else
#error "faults: port me"
#endif
}

[[noreturn]] void report(int signal, const Fault& fault) {
  // Stacks hold return addresses; the reader subtracts one.
  const std::uintptr_t pc = fault.pc + 1;
  constexpr std::uintptr_t null_page = 4096;
  switch (signal) {
    case SIGSEGV:
    case SIGBUS:
      if (!fault.has_address) {
        fail_at(format::Rule::crash, pc,
                "%s: invalid pointer (no address of this machine, or misaligned for the instruction)",
                name_of(signal));
      }
      if (fault.address < null_page) {
        fail_at(format::Rule::crash, pc, "%s: null pointer %s (address 0x%lx)", name_of(signal),
                fault.is_write ? "write" : "read", fault.address);
      }
      fail_at(format::Rule::crash, pc, "%s: invalid %s at address 0x%lx", name_of(signal),
              fault.is_write ? "write" : "read", fault.address);
    case SIGFPE:
      fail_at(format::Rule::crash, pc, "SIGFPE: integer division by zero or overflow");
    case SIGABRT:
      fail_at(format::Rule::abort, pc, "the C library aborted the program");
    default:
      fail_at(format::Rule::crash, pc, "%s", name_of(signal));
  }
}

void handle_fault(int signal, siginfo_t* info, void* machine) {
  const Fault fault = describe(*info, *static_cast<ucontext_t*>(machine));
  if (signal == SIGSEGV && handle_globals_fault(fault.address)) return;
  if (!hot.active) engine_crashed(name_of(signal), fault.pc, fault.address);
  const bool is_memory = signal == SIGSEGV || signal == SIGBUS;
  const StackPlace at = is_memory ? stack_place(fault.address) : StackPlace{nullptr, false};
  if (at.beyond || (is_memory && stack_place(fault.stack).beyond)) {
    fail_at(format::Rule::stack_overflow, fault.pc + 1, "thread %u overflowed its stack", self());
  }
  if (!hot.controlled) engine_crashed(name_of(signal), fault.pc, fault.address);
  report(signal, fault);
}

void handle_stop(int) { stop_asked = 1; }

}  // namespace

void install_fault_handlers() {
  stack_t stack = {};
  stack.ss_sp = kernel::engine_allocate(handler_stack_bytes);
  stack.ss_size = handler_stack_bytes;
  const auto set_stack = reinterpret_cast<decltype(&sigaltstack)>(real_function("sigaltstack"));
  const auto set_action = reinterpret_cast<decltype(&sigaction)>(real_function("sigaction"));
  set_stack(&stack, nullptr);
  struct sigaction action = {};
  action.sa_sigaction = handle_fault;
  // NODEFER: the handler is left by switching fibers, never by returning, when an execution ends.
  action.sa_flags = static_cast<int>(SA_SIGINFO | SA_ONSTACK | SA_NODEFER);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS}) {
    set_action(signal, &action, nullptr);
  }
  struct sigaction stop = {};
  stop.sa_handler = handle_stop;
  stop.sa_flags = static_cast<int>(SA_ONSTACK | SA_RESETHAND | SA_RESTART);
  set_action(SIGINT, &stop, nullptr);
  set_action(SIGTERM, &stop, nullptr);
}

bool interrupted() { return stop_asked != 0; }

}  // namespace heddle::runtime
