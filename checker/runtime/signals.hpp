// Signals of the simulated process: handlers and masks are recorded and obeyed for signals the program sends
// itself (raise, pthread_kill to itself, kill(getpid())); the real dispositions stay ours.
#pragma once

#include <signal.h>

namespace heddle::runtime {

// sigaction(2). False: not a signal, or one that cannot be caught.
bool set_signal_action(int signal, const struct sigaction* action, struct sigaction* old);
// Delivers `signal` to the calling thread now, as raise() does: runs its handler, ignores it, or ends the
// execution with a finding when its default action ends the process. `pc` is the return address of the
// sending call.
void deliver_signal(int signal, unsigned long pc);
// sigprocmask(2): only remembered. Blocked signals that are sent stay pending until unblocked.
void change_signal_mask(int how, const sigset_t* set, sigset_t* old);

// Forgets what the execution set; what was set before the first execution is kept.
void reset_signals();

}  // namespace heddle::runtime
