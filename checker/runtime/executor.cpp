#include "checker/runtime/executor.hpp"

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checker/runtime/crew.hpp"
#include "checker/runtime/deadlock.hpp"
#include "checker/runtime/debug_stops.hpp"
#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/environment.hpp"
#include "checker/runtime/finding_record.hpp"
#include "checker/runtime/leaks.hpp"
#include "checker/runtime/raw_syscall.hpp"
#include "checker/runtime/records.hpp"
#include "checker/runtime/reset.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/stdio_locks.hpp"
#include "checker/runtime/thread_slots.hpp"
#include "checker/runtime/trace.hpp"
#include "checker/runtime/watchdog.hpp"

namespace heddle::runtime {

using explore::Ending;
using explore::Explorer;

bool KnownBugs::contains(std::uint64_t print) const {
  for (const std::uint64_t known : prints_) {
    if (known == print) return true;
  }
  if (page_ == nullptr) return false;
  const std::uint32_t count = __atomic_load_n(&page_->print_count, __ATOMIC_ACQUIRE);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (page_->prints[i] == print) return true;
  }
  return false;
}

bool KnownBugs::add(std::uint64_t print) {
  if (contains(print)) return false;
  prints_.push_back(print);
  return true;
}

Executor::Executor(const Body& body, const KnownBugs& known, bool forks)
    : body_(body), known_(known), forks_(forks), shared_(make_shared_object<Shared>()) {
  // Verdicts must exist before the first fork.
  reset_verdict();
}

Ending Executor::run(Explorer& explorer, Detail detail) {
  start_recording(detail == Detail::steps  ? Recording::steps
                  : detail == Detail::hash ? Recording::hash
                                           : Recording::none);
  for (JsonWriter& evidence : shared_.evidence) evidence.clear();
  reset_program(forks_ ? Restore::nothing : Restore::everything);
  const Ending ending = forks_ ? run_in_child(explorer, detail) : run_here(explorer, detail);
  start_recording(Recording::none);
  return ending;
}

Ending Executor::run_here(Explorer& explorer, Detail detail) {
  const std::uint64_t operations_before = hot.operations;
  const Ending ending = run_execution(explorer, body_);
  shared_.operations = hot.operations - operations_before;
  if (ending == Ending::failed) release_stdio_locks();
  if (ending == Ending::blocked) {
    judge_blocked(explorer);
    if (verdict().present) debug_failure(format::info(verdict().rule).title, verdict().message);
  }
  if (ending == Ending::diverged) note_place(explorer.divergence().thread);
  if (ending == Ending::cut || ending == Ending::stopped) note_place(self());
  if (ending == Ending::complete && requested_options().leaks) note_leaks();
  if (hot.observing) shared_.hash = recorded_hash();
  if (detail != Detail::verdict) {
    const SharedMemoryScope scope;
    if (verdict().present || detail == Detail::steps)
      write_evidence_of(verdict(), shared_.evidence[0], detail);
    for (std::uint32_t i = 0; i < note_count(); ++i)
      write_evidence_of(note_at(i), shared_.evidence[i + 1], detail);
  }
  return ending;
}

// Here, because only the process that ran the thread has its stack.
void Executor::note_place(kernel::ThreadId id) {
  shared_.ended_at = {};
  shared_.ended_in = id;
  if (id >= thread_count()) return;
  const Thread& thread = thread_at(id);
  capture_stack(thread, thread.pending != nullptr ? thread.pending->site.pc : 0, shared_.ended_at);
}

void Executor::write_evidence_of(const Verdict& v, JsonWriter& out, Detail detail) {
  if (detail == Detail::steps || !known_.contains(fingerprint(v))) write_evidence(out, v);
}

Ending Executor::run_in_child(Explorer& explorer, Detail detail) {
  // Threads the last execution needed are made here, once, and inherited.
  for (kernel::ThreadId id = 0; id < shared_.threads; ++id) ensure_slot(thread_at(id), 0);
  shared_.finished = false;
  fflush(nullptr);
  const auto fork_process = reinterpret_cast<decltype(&fork)>(real_function("fork"));
  const pid_t child = fork_process();
  if (child < 0) {
    failure_ = "cannot fork a process for the execution";
    return Ending::none;
  }
  if (child == 0) {
    start_watchdog();
    shared_.ending = run_here(explorer, detail);
    shared_.threads = thread_count() > shared_.threads ? thread_count() : shared_.threads;
    shared_.finished = true;
    leave_process(0);
  }
  int status = 0;
  while (raw_syscall(SYS_wait4, child, &status, 0, 0) == -4) {  // EINTR
  }
  if (shared_.finished) return shared_.ending;
  // Calls that stop the run have written why; the exit code says which.
  if (WIFEXITED(status)) leave_process(WEXITSTATUS(status));
  failure_ = "the process of an execution was killed";
  return Ending::none;
}

}  // namespace heddle::runtime
