#include "checker/runtime/signals.hpp"

#include <cstdint>

#include "checker/runtime/runtime.hpp"

namespace heddle::runtime {
namespace {

constexpr int signals = 65;

struct Dispositions {
  struct sigaction action[signals];
  std::uint64_t blocked;
  std::uint64_t pending;
};
Dispositions initial;  // set before the first execution
Dispositions now;
bool changed = false;
bool before_first() { return hot.execution == 0; }

std::uint64_t bit(int signal) { return std::uint64_t{1} << (signal - 1); }
bool valid(int signal) { return signal > 0 && signal < signals; }

bool ignored_by_default(int signal) {
  return signal == SIGCHLD || signal == SIGCONT || signal == SIGURG || signal == SIGWINCH;
}

std::uint64_t word_of(const sigset_t& set) { return set.__val[0]; }

void deliver_pending(unsigned long pc) {
  for (int signal = 1; signal < signals; ++signal) {
    if ((now.pending & ~now.blocked & bit(signal)) == 0) continue;
    now.pending &= ~bit(signal);
    deliver_signal(signal, pc);
  }
}

}  // namespace

bool set_signal_action(int signal, const struct sigaction* action, struct sigaction* old) {
  if (!valid(signal)) return false;
  if (action != nullptr && (signal == SIGKILL || signal == SIGSTOP)) return false;
  if (old != nullptr) *old = now.action[signal];
  if (action == nullptr) return true;
  now.action[signal] = *action;
  if (before_first()) initial.action[signal] = *action;
  changed = true;
  return true;
}

void deliver_signal(int signal, unsigned long pc) {
  if (signal == 0) return;
  if ((now.blocked & bit(signal)) != 0 && signal != SIGKILL && signal != SIGSTOP) {
    now.pending |= bit(signal);
    changed = true;
    return;
  }
  const struct sigaction action = now.action[signal];
  if ((action.sa_flags & SA_SIGINFO) != 0) {
    siginfo_t info = {};
    info.si_signo = signal;
    info.si_code = SI_USER;
    action.sa_sigaction(signal, &info, nullptr);
    return;
  }
  if (action.sa_handler == SIG_IGN) return;
  if (action.sa_handler != SIG_DFL) {
    if ((action.sa_flags & static_cast<int>(SA_RESETHAND)) != 0) now.action[signal] = {};
    action.sa_handler(signal);
    return;
  }
  if (ignored_by_default(signal)) return;
  if (signal == SIGABRT) fail_at(format::Rule::abort, pc, "the program raised SIGABRT");
  fail_at(format::Rule::crash, pc, "the program sent itself signal %d, which ends it", signal);
}

void change_signal_mask(int how, const sigset_t* set, sigset_t* old) {
  if (old != nullptr) {
    sigemptyset(old);
    old->__val[0] = now.blocked;
  }
  if (set == nullptr) return;
  const std::uint64_t word = word_of(*set);
  if (how == SIG_BLOCK) now.blocked |= word;
  if (how == SIG_UNBLOCK) now.blocked &= ~word;
  if (how == SIG_SETMASK) now.blocked = word;
  if (before_first()) initial.blocked = now.blocked;
  changed = true;
  deliver_pending(0);
}

void reset_signals() {
  if (!changed) return;
  now = initial;
  changed = false;
}

}  // namespace heddle::runtime
