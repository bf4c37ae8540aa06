#include "checker/runtime/session.hpp"

#include <cstdio>
#include <cstring>

#include "checker/explore/explorer.hpp"
#include "checker/explore/factory.hpp"
#include "checker/kernel/memory.hpp"
#include "checker/runtime/deadlock.hpp"
#include "checker/runtime/faults.hpp"
#include "checker/runtime/finding_record.hpp"
#include "checker/runtime/modules.hpp"
#include "checker/runtime/raw_syscall.hpp"
#include "checker/runtime/real_clock.hpp"
#include "checker/runtime/records.hpp"
#include "checker/runtime/reset.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/stdio_locks.hpp"
#include "checker/runtime/terminate.hpp"
#include "checker/runtime/thread_slots.hpp"
#include "checker/runtime/verdict.hpp"
#include "checker/runtime/watchdog.hpp"

namespace heddle::runtime {
namespace {

using explore::Ending;
using explore::Explorer;
using explore::Options;

constexpr unsigned confirmations = 3;
constexpr std::size_t token_bytes = std::size_t{1} << 20;
constexpr std::int64_t ns_per_ms = 1'000'000;
constexpr std::int64_t progress_interval_ns = 1000 * ns_per_ms;

// Reading the clock costs as much as a tenth of a small execution.
constexpr std::uint64_t executions_between_clock_readings = 16;
constexpr std::uint64_t operations_between_clock_readings = 2048;

struct Confirmation {
  unsigned replays = 0;
  unsigned reproduced = 0;
  std::uint64_t full_print = 0;  // of the traced replay; 0 if it did not show the bug again
  JsonWriter evidence;
};

class Session {
 public:
  Session(const Options& options, const Body& body) : options_(options), body_(body) {}
  int run();

 private:
  Ending run_once(Explorer& explorer, bool traced);
  void search(Explorer& explorer);
  bool handle_ending(Explorer& explorer, Ending ending);
  void report(Explorer& explorer, const Verdict& found);
  void confirm(std::uint64_t wanted, const explore::Schedule& schedule, Confirmation& result);
  void report_divergence(const Explorer& explorer);
  bool out_of_time(const Explorer& explorer);
  bool is_new(std::uint64_t print);
  int conclude(const Explorer& explorer);

  const Options& options_;
  const Body& body_;
  kernel::Vector<std::uint64_t> fingerprints_;
  std::int64_t started_ns_ = 0;
  std::int64_t last_progress_ns_ = 0;
  std::uint64_t operations_at_reading_ = 0;
  std::uint64_t executions_at_reading_ = 0;
  std::uint64_t executions_ = 0;
  const char* reason_ = nullptr;  // why the run is over
  const char* message_ = "";
  bool bounded_ = false;  // some execution was not explored to its end
  char* token_ = nullptr;
};

// The verdict, or note, of the last execution with this fingerprint; null if it has none.
const Verdict* find_verdict(std::uint64_t print) {
  if (verdict().present && fingerprint(verdict()) == print) return &verdict();
  for (std::uint32_t i = 0; i < note_count(); ++i) {
    if (fingerprint(note_at(i)) == print) return &note_at(i);
  }
  return nullptr;
}

// Runs the next execution and judges it; explorer.end_execution is the caller's.
Ending Session::run_once(Explorer& explorer, bool traced) {
  hot.tracing = traced;
  reset_program();
  const Ending ending = run_execution(explorer, body_);
  if (ending == Ending::failed) release_stdio_locks();
  if (ending == Ending::blocked) judge_blocked(explorer);
  return ending;
}

// Replays the schedule; the first replay is traced and leaves the evidence.
void Session::confirm(std::uint64_t wanted, const explore::Schedule& schedule, Confirmation& result) {
  for (unsigned i = 0; i < confirmations; ++i) {
    Explorer* const replay = explore::make_replay(options_, schedule);
    if (replay == nullptr || !replay->next_execution()) break;
    const Ending ending = run_once(*replay, i == 0);
    ++result.replays;
    const Verdict* const again = find_verdict(wanted);
    if (again != nullptr) {
      if (hot.tracing) {
        write_evidence(result.evidence, *again);
        result.full_print = full_fingerprint(*again);
      }
      ++result.reproduced;
    }
    replay->end_execution(ending);
  }
  hot.tracing = false;
}

bool Session::is_new(std::uint64_t print) {
  for (const std::uint64_t known : fingerprints_) {
    if (known == print) return false;
  }
  fingerprints_.push_back(print);
  return true;
}

void Session::report(Explorer& explorer, const Verdict& found) {
  const std::uint64_t print = fingerprint(found);
  if (!is_new(print)) return;
  explore::Schedule schedule;
  explorer.schedule(schedule);
  if (explore::encode_schedule(schedule, token_, token_bytes) == 0) token_[0] = '\0';
  // Replaying overwrites it.
  auto* const kept = new (kernel::engine_allocate(sizeof(Verdict))) Verdict(found);
  Confirmation confirmation;
  JsonWriter evidence_here;
  write_evidence(evidence_here, *kept);
  confirm(print, schedule, confirmation);
  if (confirmation.full_print != 0 && confirmation.full_print != print && !is_new(confirmation.full_print)) {
    kernel::engine_release(kept, sizeof(Verdict));
    return;
  }
  const JsonWriter& evidence = confirmation.evidence.size() > 0 ? confirmation.evidence : evidence_here;
  JsonWriter& out = begin_record("finding");
  out.member("rule", format::info(kept->rule).id);
  out.member("message", kept->message);
  out.member("token", token_);
  out.member("execution", executions_);
  out.member("phase", explorer.phase());
  out.member("replays", std::uint64_t{confirmation.replays});
  out.member("reproduced", std::uint64_t{confirmation.reproduced});
  out.raw_members(evidence.text(), evidence.size());
  out.key("minimized");
  out.null();
  end_record();
  kernel::engine_release(kept, sizeof(Verdict));
}

void Session::report_divergence(const Explorer& explorer) {
  const explore::Divergence& d = explorer.divergence();
  StackTrace stack;
  if (d.thread < thread_count()) {
    const Thread& thread = thread_at(d.thread);
    capture_stack(thread, thread.pending != nullptr ? thread.pending->site.pc : 0, stack);
  }
  JsonWriter& out = begin_record("divergence");
  out.member("message",
             "the program did not repeat itself: something it depends on is not under Heddle's control");
  out.member("thread", std::uint64_t{d.thread});
  out.member("step", d.step);
  out.member("expected", d.expected);
  out.member("actual", d.actual);
  out.key("stack");
  write_stack(out, stack);
  end_record();
}

// True: the run is over.
bool Session::handle_ending(Explorer& explorer, Ending ending) {
  bool found = false;
  // Reporting replays, which overwrites verdicts: notes are copied first by report().
  const std::uint32_t notes = note_count();
  for (std::uint32_t i = 0; i < notes; ++i) {
    found = true;
    report(explorer, note_at(i));
  }
  if (verdict().present) {
    found = true;
    report(explorer, verdict());
  }
  switch (ending) {
    case Ending::cut:
      if (!bounded_) message_ = "some executions were cut at max_events operations";
      bounded_ = true;
      break;
    case Ending::too_many_threads:
      reason_ = "error";
      message_ = "an execution created more threads than max_threads allows";
      return true;
    case Ending::diverged:
      report_divergence(explorer);
      reason_ = "nondeterminism";
      return true;
    default:
      break;
  }
  if (found && !options_.keep_going) {
    reason_ = "first_bug";
    return true;
  }
  return false;
}

bool Session::out_of_time(const Explorer& explorer) {
  if (executions_ - executions_at_reading_ < executions_between_clock_readings &&
      hot.operations - operations_at_reading_ < operations_between_clock_readings) {
    return false;
  }
  executions_at_reading_ = executions_;
  operations_at_reading_ = hot.operations;
  const std::int64_t now = real_now_ns();
  if (now - last_progress_ns_ >= progress_interval_ns) {
    write_progress(explorer.counts(), explorer.phase());
    last_progress_ns_ = now;
  }
  return options_.budget_ms != 0 &&
         now - started_ns_ >= static_cast<std::int64_t>(options_.budget_ms) * ns_per_ms;
}

void Session::search(Explorer& explorer) {
  const std::uint64_t most = options_.run == explore::Run::replay ? 1 : options_.max_executions;
  while (reason_ == nullptr) {
    if (interrupted()) {
      reason_ = "interrupted";
    } else if (out_of_time(explorer)) {
      reason_ = "budget";
    } else if (most != 0 && executions_ == most) {
      reason_ = "max_executions";
    } else if (!explorer.next_execution()) {
      reason_ = "exhausted";
    } else {
      const Ending ending = run_once(explorer, options_.trace);
      ++executions_;
      handle_ending(explorer, ending);
      explorer.end_execution(verdict().present ? Ending::failed : ending);
    }
  }
}

int Session::conclude(const Explorer& explorer) {
  Conclusion conclusion;
  conclusion.reason = reason_;
  conclusion.message = message_;
  const bool exhaustive = options_.strategy == explore::Search::exhaustive;
  conclusion.mode = options_.run == explore::Run::replay ? "replay" : exhaustive ? "exhaustive" : "random";
  conclusion.verified = explorer.verified() && fingerprints_.empty();
  write_summary(explorer.counts(), conclusion);
  if (!fingerprints_.empty()) return exit_bug;
  if (std::strcmp(reason_, "nondeterminism") == 0) return exit_nondeterminism;
  return std::strcmp(reason_, "error") == 0 ? exit_error : exit_clean;
}

int Session::run() {
  token_ = static_cast<char*>(kernel::engine_allocate(token_bytes));
  started_ns_ = last_progress_ns_ = real_now_ns();
  Explorer* const explorer = explore::make_explorer(options_);
  if (explorer == nullptr) engine_failure("no explorer for these options");
  set_live_counts(&explorer->counts(), options_.run == explore::Run::replay ? "replay" : "random");
  search(*explorer);
  return conclude(*explorer);
}

}  // namespace

int run_session(const Options& options, const Body& body, int argc, char** argv) {
  if (!open_result(options)) {
    fprintf(stderr, "heddle: cannot open the result file %s\n", options.result);
    return exit_error;
  }
  open_slots();
  write_start(argc, argv, options);
  if (options.unknown_key[0] != '\0') {
    JsonWriter& out = begin_record("warning");
    out.member("call", "HEDDLE_OPTIONS");
    char text[96];
    snprintf(text, sizeof text, "unknown option %s", options.unknown_key);
    out.member("message", text);
    end_record();
  }
  install_fault_handlers();
  start_watchdog();
  install_terminate_handler();
  snapshot_program();
  Session session(options, body);
  return session.run();
}

}  // namespace heddle::runtime
