#include "checker/runtime/session.hpp"

#include <cstdio>
#include <cstring>

#include "checker/explore/explorer.hpp"
#include "checker/explore/factory.hpp"
#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/executor.hpp"
#include "checker/runtime/faults.hpp"
#include "checker/runtime/finding_report.hpp"
#include "checker/runtime/globals.hpp"
#include "checker/runtime/modules.hpp"
#include "checker/runtime/objects.hpp"
#include "checker/runtime/order_sites.hpp"
#include "checker/runtime/outcomes.hpp"
#include "checker/runtime/real_clock.hpp"
#include "checker/runtime/records.hpp"
#include "checker/runtime/reset.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/self_check.hpp"
#include "checker/runtime/terminate.hpp"
#include "checker/runtime/thread_slots.hpp"
#include "checker/runtime/watchdog.hpp"

namespace heddle::runtime {
namespace {

using explore::Ending;
using explore::Explorer;
using explore::Options;

constexpr std::int64_t ns_per_ms = 1'000'000;
constexpr std::int64_t progress_interval_ns = 1000 * ns_per_ms;

// Reading the clock costs as much as a tenth of a small execution.
constexpr std::uint64_t executions_between_clock_readings = 16;
constexpr std::uint64_t operations_between_clock_readings = 2048;

class Session {
 public:
  Session(const Options& options, const Body& body)
      : options_(options),
        forks_(options.isolation == explore::Isolation::fork),
        executor_(body, known_, forks_),
        self_check_(options, executor_) {}
  SessionEnd run();

 private:
  const char* search(Explorer& explorer);
  const char* handle_ending(Explorer& explorer, Ending ending);
  const char* handle_verdicts(Explorer& explorer);
  const char* handle_divergence(const Explorer& explorer);
  bool out_of_time(const Explorer& explorer);
  bool checks_itself() const;
  Detail detail_of_next() const;
  const char* check_itself();
  void write_trace();

  const Options& options_;
  const bool forks_;
  KnownBugs known_;
  Executor executor_;
  SelfCheck self_check_;
  std::int64_t started_ns_ = 0;
  std::int64_t last_progress_ns_ = 0;
  std::uint64_t operations_at_reading_ = 0;
  std::uint64_t executions_at_reading_ = 0;
  std::uint64_t executions_ = 0;
  const char* message_ = "";
  bool has_bugs_ = false;
  bool wants_isolation_ = false;
};

// A run's reasons to end, as the protocol words them. The handlers return one, or null to go on.
constexpr char first_bug[] = "first_bug";
constexpr char nondeterminism[] = "nondeterminism";
constexpr char error[] = "error";

const char* Session::handle_verdicts(Explorer& explorer) {
  FindingReport report(options_, executor_, known_, explorer, executions_);
  if (!report.has_findings()) return nullptr;
  report.confirm();
  if (report.unreproducible() && options_.isolation == explore::Isolation::automatic) {
    wants_isolation_ = true;
    return nondeterminism;
  }
  report.write();
  if (!report.has_bugs()) return nullptr;
  has_bugs_ = true;
  return options_.keep_going ? nullptr : first_bug;
}

const char* Session::handle_divergence(const Explorer& explorer) {
  if (options_.isolation == explore::Isolation::automatic && options_.run == explore::Run::check) {
    wants_isolation_ = true;
    return nondeterminism;
  }
  const explore::Divergence& d = explorer.divergence();
  StackTrace stack;
  if (d.thread < thread_count()) {
    const Thread& thread = thread_at(d.thread);
    capture_stack(thread, thread.pending != nullptr ? thread.pending->site.pc : 0, stack);
  }
  JsonWriter& out = begin_record("divergence");
  out.member(
      "message",
      options_.run == explore::Run::replay
          ? "the program did not do what the token says: it was changed, or depends on something that is not "
            "under Heddle's control"
          : "the program did not repeat itself: it depends on something that is not under Heddle's control");
  out.member("thread", std::uint64_t{d.thread});
  out.member("step", d.step);
  out.member("expected", d.expected);
  out.member("actual", d.actual);
  out.key("stack");
  write_stack(out, stack);
  end_record();
  return nondeterminism;
}

const char* Session::handle_ending(Explorer& explorer, Ending ending) {
  if (executor_.failure() != nullptr) {
    message_ = executor_.failure();
    return error;
  }
  switch (ending) {
    case Ending::cut:
      message_ = "some executions were cut: they did more than max_events operations";
      return nullptr;
    case Ending::too_many_threads:
      message_ = "an execution created more threads than max_threads allows";
      return error;
    case Ending::diverged:
      return handle_divergence(explorer);
    default:
      return handle_verdicts(explorer);
  }
}

bool Session::out_of_time(const Explorer& explorer) {
  if (executions_ - executions_at_reading_ < executions_between_clock_readings && !forks_ &&
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

// Not when executions have a process each: then nothing one does reaches another.
bool Session::checks_itself() const {
  return options_.run == explore::Run::check && options_.isolation == explore::Isolation::automatic;
}

Detail Session::detail_of_next() const {
  if (options_.trace) return Detail::steps;
  return checks_itself() && executions_ == 0 ? Detail::hash : Detail::evidence;
}

// Not the search's own replays, which only see what the explorer looks at.
const char* Session::check_itself() {
  if (!self_check_.remembers() || self_check_.repeats()) return nullptr;
  wants_isolation_ = true;
  return nondeterminism;
}

// A replay that was asked for every step and found nothing.
void Session::write_trace() {
  if (options_.run != explore::Run::replay || !options_.trace || !known_.empty()) return;
  JsonWriter& out = begin_record("trace");
  out.raw_members(executor_.evidence(-1).text(), executor_.evidence(-1).size());
  end_record();
}

// Returns why the search ended.
const char* Session::search(Explorer& explorer) {
  const bool replays = options_.run == explore::Run::replay;
  const std::uint64_t most = replays ? 1 : options_.max_executions;
  for (;;) {
    if (interrupted()) return "interrupted";
    if (out_of_time(explorer)) return "budget";
    if (most != 0 && executions_ == most) return "max_executions";
    bool more = false;
    {
      const SharedMemoryScope scope;
      more = explorer.next_execution();
    }
    if (!more) {
      const char* const reason = check_itself();
      return reason != nullptr ? reason : "exhausted";
    }
    const Ending ending = executor_.run(explorer, detail_of_next());
    ++executions_;
    if (ending == Ending::complete) count_outcome();
    if (checks_itself() && executions_ == 1) self_check_.remember(explorer);
    const char* reason = handle_ending(explorer, ending);
    {
      const SharedMemoryScope scope;
      explorer.end_execution(ending);
    }
    if (reason == nullptr && executions_ == 1) reason = check_itself();
    if (reason != nullptr) return reason;
  }
}

SessionEnd Session::run() {
  started_ns_ = last_progress_ns_ = real_now_ns();
  const bool replays = options_.run == explore::Run::replay;
  const char* const mode = replays                                            ? "replay"
                           : options_.strategy == explore::Search::exhaustive ? "exhaustive"
                                                                              : "random";
  Explorer* explorer = nullptr;
  {
    const SharedMemoryScope scope;
    explorer = explore::make_explorer(options_);
  }
  if (explorer == nullptr) {
    write_summary({}, {.mode = mode, .reason = error, .verified = false, .message = "the token is damaged"});
    return SessionEnd::error;
  }
  set_live_counts(&explorer->counts(), mode);
  Conclusion conclusion;
  conclusion.mode = mode;
  conclusion.reason = search(*explorer);
  if (wants_isolation_) return SessionEnd::wants_isolation;
  write_trace();
  write_order_sites();
  conclusion.verified = explorer->verified() && !has_bugs_;
  conclusion.message = message_;
  write_outcomes();
  write_summary(explorer->counts(), conclusion);
  if (has_bugs_) return SessionEnd::bug;
  if (conclusion.reason == nondeterminism) return SessionEnd::nondeterminism;
  return conclusion.reason == error ? SessionEnd::error : SessionEnd::clean;
}

void warn_about_unknown_option(const char* key) {
  char text[96];
  snprintf(text, sizeof text, "unknown option %s", key);
  JsonWriter& out = begin_record("warning");
  out.member("call", "HEDDLE_OPTIONS");
  out.member("message", text);
  end_record();
}

}  // namespace

SessionEnd run_session(const Options& options, const Body& body, int argc, char** argv) {
  if (!open_result(options)) {
    fprintf(stderr, "heddle: cannot open the result file %s\n", options.result);
    return SessionEnd::error;
  }
  open_slots();
  open_locations();
  open_warnings();
  write_start(argc, argv, options);
  if (options.unknown_key[0] != '\0') warn_about_unknown_option(options.unknown_key);
  if (const char* const wrong = open_order_sites(options); wrong != nullptr) {
    write_summary({}, {.reason = error, .message = wrong});
    return SessionEnd::error;
  }
  install_fault_handlers();
  start_watchdog();
  install_terminate_handler();
  snapshot_program();
  if (body.outer_frames_bytes != 0) remember_memory(body.outer_frames, body.outer_frames_bytes);
  Session session(options, body);
  return session.run();
}

}  // namespace heddle::runtime
