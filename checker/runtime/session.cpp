#include "checker/runtime/session.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "checker/explore/exhaustive/parts_estimate.hpp"
#include "checker/explore/explorer.hpp"
#include "checker/explore/factory.hpp"
#include "checker/runtime/benign_races.hpp"
#include "checker/runtime/crew.hpp"
#include "checker/runtime/debug_stops.hpp"
#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/executor.hpp"
#include "checker/runtime/faults.hpp"
#include "checker/runtime/finding_report.hpp"
#include "checker/runtime/frontier_file.hpp"
#include "checker/runtime/fuzz_channel.hpp"
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
constexpr std::int64_t save_interval_ns = 30'000 * ns_per_ms;
constexpr std::int64_t report_interval_ns = 200 * ns_per_ms;  // of a worker
constexpr unsigned parts_given = 4;                           // at a time, to those without work
constexpr std::uint32_t guesses_min = 4;                      // of an estimate, however long they take

// Reading the clock costs as much as a tenth of a small execution.
constexpr std::uint64_t executions_between_clock_readings = 16;
constexpr std::uint64_t operations_between_clock_readings = 2048;

class Session;
Session* the_session = nullptr;

class Session final : public CrewOwner {
 public:
  Session(const Options& options, const Body& body, const explore::Binding& binding)
      : options_(options),
        binding_(binding),
        forks_(options.isolation == explore::Isolation::fork),
        executor_(body, known_, forks_),
        self_check_(options, executor_) {
    the_session = this;
  }
  SessionEnd run();

 private:
  const char* search(Explorer& explorer);
  const char* handle_ending(Explorer& explorer, Ending ending);
  const char* handle_verdicts(Explorer& explorer);
  void handle_endless(Explorer& explorer, Ending ending);
  static bool wants_to_stop();
  const char* handle_divergence(const Explorer& explorer);
  bool out_of_time(Explorer& explorer);
  bool checks_itself() const;
  Detail detail_of_next() const;
  const char* check_itself();
  void write_trace();
  const char* run_one(Explorer& explorer);
  bool prepare_next(Explorer& explorer);
  bool prepare_next(explore::PartsEstimate& estimate, std::uint32_t guesses);
  bool budget_is_spent(std::int64_t now) const;
  SessionEnd end_of(const char* reason) const;
  SessionEnd refuse(const char* mode, const char* message);
  SessionEnd conclude(const explore::Counts& counts, Conclusion& conclusion);
  void save(Explorer& explorer);
  void store(explore::Frontier& frontier);
  std::uint64_t division_of(const explore::ExhaustiveExplorer& search) const;
  void describe_shard(const explore::ExhaustiveExplorer& search, Conclusion& conclusion) const;

  SessionEnd run_crew(const char* mode);
  void save_crew();
  const char* why_stop() override;
  int work(WorkerPort& port) override;
  bool work_on(Explorer& explorer, const Task& task, WorkerPort& port);
  bool guess(Explorer& explorer, const Task& task, WorkerPort& port);
  bool tell(const char* reason, WorkerPort& port);

  const Options& options_;
  const explore::Binding& binding_;
  const bool forks_;
  KnownBugs known_;
  Executor executor_;
  SelfCheck self_check_;
  std::int64_t started_ns_ = 0;
  std::int64_t last_progress_ns_ = 0;
  std::int64_t last_save_ns_ = 0;
  std::uint64_t operations_at_reading_ = 0;
  std::uint64_t executions_at_reading_ = 0;
  std::uint64_t executions_ = 0;
  char text_[96] = "";
  const char* message_ = "";
  std::uint64_t bugs_before_ = 0;  // found before the search was saved
  explore::Frontier frontier_;     // what the search begins with
  Crew* crew_ = nullptr;
  std::int64_t cpu_reported_ns_ = 0;
  bool has_bugs_ = false;
  bool wants_isolation_ = false;
  bool checked_itself_ = false;
  bool said_endless_ = false;
  WorkerPort* port_ = nullptr;  // in a worker
};

// A run's reasons to end, as the protocol words them. The handlers return one, or null to go on.
constexpr char first_bug[] = "first_bug";
constexpr char nondeterminism[] = "nondeterminism";
constexpr char error[] = "error";

void warn_of_run(const char* call, const char* message, const StackTrace& stack) {
  JsonWriter& out = begin_record("warning");
  out.member("call", call);
  out.member("message", message);
  out.key("stack");
  write_stack(out, stack);
  end_record();
}

const char* mode_of(explore::Search strategy) {
  switch (strategy) {
    case explore::Search::exhaustive:
      return "exhaustive";
    case explore::Search::bounded:
      return "bounded";
    case explore::Search::portfolio:
      return "portfolio";
    default:
      return "random";
  }
}

const char* Session::handle_verdicts(Explorer& explorer) {
  FindingReport report(options_, executor_, known_, explorer, executions_, forks_);
  if (!report.has_findings()) return nullptr;
  report.confirm();
  if (report.unreproducible() && explorer.keep_rounds()) return nullptr;
  if (report.unreproducible() && options_.isolation == explore::Isolation::automatic) {
    wants_isolation_ = true;
    return nondeterminism;
  }
  report.write();
  if (!report.has_bugs()) return nullptr;
  has_bugs_ = true;
  tell_fuzzer_of_bug();
  return options_.keep_going ? nullptr : first_bug;
}

const char* Session::handle_divergence(const Explorer& explorer) {
  if (options_.isolation == explore::Isolation::automatic && options_.run == explore::Run::check) {
    wants_isolation_ = true;
    return nondeterminism;
  }
  const explore::Divergence& d = explorer.divergence();
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
  write_stack(out, executor_.ended_at());
  end_record();
  return nondeterminism;
}

// Says once where an execution was that had not come to its end.
void Session::handle_endless(Explorer& explorer, Ending ending) {
  if (!explorer.counts_this()) return;  // looked into for an estimate only
  const std::uint64_t operations = executor_.operations();
  const bool at_limit = ending == Ending::cut && operations >= options_.max_events;
  const explore::ExhaustiveExplorer* const search = explorer.exhaustive();
  const bool too_big = ending == Ending::cut && search != nullptr && search->needs_more_memory();
  if (at_limit) message_ = "some executions were cut: they did more than max_events operations";
  if (too_big) message_ = "some executions were cut: the search would need more than max_memory";
  const bool endless = ending == Ending::stopped && explorer.counts().executions == 0;
  if ((!at_limit && !too_big && !endless) || said_endless_) return;
  said_endless_ = true;
  char text[200];
  snprintf(text, sizeof text,
           "an execution did %llu operations and had not come to its end (%s); thread %u was here",
           static_cast<unsigned long long>(operations),
           at_limit  ? "--max-events"
           : too_big ? "--max-memory"
                     : "the search ends",
           executor_.ended_in());
  warn_of_run("execution", text, executor_.ended_at());
}

const char* Session::handle_ending(Explorer& explorer, Ending ending) {
  if (executor_.failure() != nullptr) {
    message_ = executor_.failure();
    return error;
  }
  switch (ending) {
    case Ending::cut:
    case Ending::stopped:
      handle_endless(explorer, ending);
      return nullptr;
    case Ending::too_many_threads:
      snprintf(text_, sizeof text_,
               "an execution created more than %u threads; --max-threads allows up to %u",
               std::min(options_.max_threads, kernel::threads_max), kernel::threads_max);
      message_ = text_;
      return error;
    case Ending::diverged:
      return handle_divergence(explorer);
    default:
      return handle_verdicts(explorer);
  }
}

bool Session::out_of_time(Explorer& explorer) {
  if (executions_ - executions_at_reading_ < executions_between_clock_readings && !forks_ &&
      hot.operations - operations_at_reading_ < operations_between_clock_readings) {
    return false;
  }
  executions_at_reading_ = executions_;
  operations_at_reading_ = hot.operations;
  const std::int64_t now = real_now_ns();
  if (now - last_progress_ns_ >= progress_interval_ns) {
    write_progress(explorer.counts(), explorer.estimate(), explorer.phase());
    last_progress_ns_ = now;
    if (now - last_save_ns_ >= save_interval_ns) {
      save(explorer);
      last_save_ns_ = now;
    }
  }
  return budget_is_spent(now);
}

bool Session::budget_is_spent(std::int64_t now) const {
  return options_.budget_ms != 0 &&
         now - started_ns_ >= static_cast<std::int64_t>(options_.budget_ms) * ns_per_ms;
}

// Not when executions have a process each: then nothing one does reaches another.
bool Session::checks_itself() const {
  return options_.run == explore::Run::check && options_.isolation == explore::Isolation::automatic;
}

Detail Session::detail_of_next() const {
  if (options_.trace) return Detail::steps;
  return checks_itself() && !checked_itself_ ? Detail::hash : Detail::evidence;
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

// Between two executions.
void Session::save(Explorer& explorer) {
  if (options_.save[0] == '\0') return;
  explore::Frontier frontier;
  explore::ExhaustiveExplorer& search = *explorer.exhaustive();
  frontier.counts = search.counts();
  frontier.ground = search.ground();
  search.walk().rest(frontier.parts);
  copy_outcomes(frontier.outcomes);
  if (search.walk().dividing()) {  // it will be done again
    frontier.counts = {};
    frontier.outcomes.clear();
  }
  frontier.division = division_of(search);
  store(frontier);
}

void Session::store(explore::Frontier& frontier) {
  frontier.binding = binding_;
  frontier.bugs = bugs_before_ + (has_bugs_ ? 1 : 0);
  const char* const wrong = store_frontier(options_.save, frontier);
  if (wrong == nullptr) return;
  warn_of_run("--save", wrong, {});
}

// Runs the execution that next_execution() prepared. Returns why the search has to end, or null.
const char* Session::run_one(Explorer& explorer) {
  const Detail detail = detail_of_next();
  set_debug_stops(options_.stops);
  if (!options_.stops) set_pause(wants_to_stop);  // a debugger takes its time
  const Ending ending = executor_.run(explorer, detail);
  set_pause(nullptr);
  set_debug_stops(false);
  ++executions_;
  // One that was dropped is begun again with more room for threads: its replay would go on. So would one in
  // which a thread spins: how often it goes round before it is stopped is not part of a schedule.
  const bool spins = explorer.took_back() ||
                     (ending == Ending::blocked && explore::somebody_spins(explorer.blocked_threads()));
  const bool ended = ending != Ending::dropped && ending != Ending::stopped && ending != Ending::cut;
  const bool checks = checks_itself() && !checked_itself_ && ended && !spins;
  checked_itself_ = checked_itself_ || checks;
  if (ending == Ending::complete && explorer.counts_this()) count_outcome();
  if (checks) self_check_.remember(explorer);
  const char* reason = handle_ending(explorer, ending);
  {
    const SharedMemoryScope scope;
    explorer.end_execution(ending);
  }
  if (reason == nullptr && checks) reason = check_itself();
  return reason;
}

// In the middle of an execution, which may be a process of its own.
bool Session::wants_to_stop() {
  const Session& s = *the_session;
  if (interrupted()) return true;
  if (s.port_ != nullptr) return s.port_->stopped();
  return s.budget_is_spent(real_now_ns());
}

bool Session::prepare_next(Explorer& explorer) {
  const SharedMemoryScope scope;
  return explorer.next_execution();
}

bool Session::prepare_next(explore::PartsEstimate& estimate, std::uint32_t guesses) {
  const SharedMemoryScope scope;
  return estimate.next_execution(guesses);
}

// Returns why the search ended.
const char* Session::search(Explorer& explorer) {
  const bool replays = options_.run == explore::Run::replay;
  const std::uint64_t most = options_.max_executions;
  const std::uint64_t before = explorer.counts().executions;  // of a resumed search
  for (;;) {
    if (interrupted()) return "interrupted";
    if (out_of_time(explorer)) return "budget";
    if (replays && executions_ == 1) return "max_executions";
    if (most != 0 && explorer.counts().executions - before >= most) return "max_executions";
    if (!prepare_next(explorer)) {
      const char* const reason = check_itself();
      return reason != nullptr ? reason : "exhausted";
    }
    if (const char* const reason = run_one(explorer)) return reason;
    explore::ExhaustiveExplorer* const exhaustive = explorer.exhaustive();
    if (exhaustive != nullptr && exhaustive->began_anew()) forget_outcomes();
  }
}

SessionEnd Session::end_of(const char* reason) const {
  if (has_bugs_) return SessionEnd::bug;
  if (reason == nondeterminism) return SessionEnd::nondeterminism;
  return reason == error ? SessionEnd::error : SessionEnd::clean;
}

SessionEnd Session::refuse(const char* mode, const char* message) {
  write_summary({}, {.mode = mode, .reason = "refused", .verified = false, .message = message});
  return SessionEnd::error;
}

SessionEnd Session::run() {
  started_ns_ = last_progress_ns_ = last_save_ns_ = real_now_ns();
  const bool replays = options_.run == explore::Run::replay;
  const char* const mode = replays ? "replay" : mode_of(options_.strategy);
  frontier_.parts.assign(1, {});
  if (options_.resume[0] != '\0') {
    frontier_.parts.clear();
    if (const char* const wrong = load_frontier(options_.resume, binding_, frontier_))
      return refuse(mode, wrong);
    bugs_before_ = frontier_.bugs;
    add_outcomes(frontier_.outcomes.data(), frontier_.outcomes.data() + frontier_.outcomes.size());
  }
  if (options_.jobs > 1 && options_.strategy == explore::Search::exhaustive && !replays)
    return run_crew(mode);
  Explorer* explorer = nullptr;
  {
    const SharedMemoryScope scope;
    explore::TimeLimit time;
    if (options_.budget_ms != 0)
      time = {real_now_ns, started_ns_ + static_cast<std::int64_t>(options_.budget_ms) * ns_per_ms};
    explorer = explore::make_explorer(options_, time);
    if (explorer != nullptr && options_.resume[0] != '\0') {
      explorer->exhaustive()->take_up(frontier_.ground, {frontier_.parts.data(), frontier_.parts.size()},
                                      frontier_.counts);
    }
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
  if (races_were_excused()) {
    warn_of_run("annotations",
                "the program excuses races: what hangs on the order of excused plain accesses may "
                "be missing from what was explored",
                {});
  }
  if (conclusion.reason != nondeterminism && conclusion.reason != error) save(*explorer);
  conclusion.verified = explorer->verified() && !has_bugs_ && bugs_before_ == 0;
  conclusion.bound = explorer->completed_bound();
  conclusion.estimate = explorer->estimate();
  conclusion.phases = explorer->phases();
  if (options_.shards > 1 && !replays) describe_shard(*explorer->exhaustive(), conclusion);
  return conclude(explorer->counts(), conclusion);
}

std::uint64_t Session::division_of(const explore::ExhaustiveExplorer& search) const {
  return search.walk().division() != 0 ? search.walk().division() : frontier_.division;
}

// A shard alone verifies nothing. Those of one search have the same binding, ground and division.
void Session::describe_shard(const explore::ExhaustiveExplorer& search, Conclusion& conclusion) const {
  conclusion.verified = false;
  conclusion.shard = options_.shard;
  conclusion.shards = options_.shards;
  explore::Bytes bytes;
  const explore::Ground ground = search.ground();
  explore::put_number(bytes, ground.threads);
  explore::put_number(bytes, ground.revisited_mutexes ? 1 : 0);
  explore::put_number(bytes, ground.ordered_barriers ? 1 : 0);
  for (const std::uintptr_t pc : ground.loops) explore::put_number(bytes, pc);
  explore::put_number(bytes, ground.rounds_stay ? 1 : 0);
  explore::put_number(bytes, division_of(search));
  explore::put_number(bytes, common_binding(binding_));
  conclusion.split = explore::fnv(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

SessionEnd Session::conclude(const explore::Counts& counts, Conclusion& conclusion) {
  if (bugs_before_ != 0) message_ = "bugs were found before the search was saved";
  conclusion.message = message_;
  write_outcomes();
  write_summary(counts, conclusion);
  return end_of(conclusion.reason);
}

// ---- an exhaustive search by several processes

SessionEnd Session::run_crew(const char* mode) {
  Crew crew(*this, options_.jobs);
  crew_ = &crew;
  set_live_counts(&crew.counts(), mode);
  Conclusion conclusion;
  conclusion.mode = mode;
  conclusion.reason = crew.run(frontier_.ground, frontier_.parts, frontier_.counts, options_.keep_going);
  if (crew.wants_isolation()) return SessionEnd::wants_isolation;
  // Compared by address elsewhere.
  for (const char* const known : {nondeterminism, error, first_bug}) {
    if (std::strcmp(conclusion.reason, known) == 0) conclusion.reason = known;
  }
  has_bugs_ = crew.found_bug();
  if (crew.message()[0] != '\0') message_ = crew.message();
  set_other_cpu_ns(crew.cpu_ns());
  if (conclusion.reason != nondeterminism && conclusion.reason != error) save_crew();
  conclusion.verified = std::strcmp(conclusion.reason, "exhausted") == 0 && crew.counts().cut == 0 &&
                        !has_bugs_ && bugs_before_ == 0;
  conclusion.estimate = conclusion.verified
                            ? explore::Estimate{static_cast<double>(crew.counts().executions), 0}
                            : crew.estimate();
  return conclude(crew.counts(), conclusion);
}

void Session::save_crew() {
  if (options_.save[0] == '\0') return;
  explore::Frontier frontier;
  frontier.counts = crew_->counts();
  frontier.ground = crew_->ground();
  crew_->rest(frontier.parts);
  copy_outcomes(frontier.outcomes);
  has_bugs_ = crew_->found_bug();
  store(frontier);
}

const char* Session::why_stop() {
  if (interrupted()) return "interrupted";
  if (options_.max_executions != 0 &&
      crew_->counts().executions - frontier_.counts.executions >= options_.max_executions) {
    return "max_executions";
  }
  const std::int64_t now = real_now_ns();
  if (now - last_progress_ns_ >= progress_interval_ns) {
    set_other_cpu_ns(crew_->cpu_ns());
    write_progress(crew_->counts(), crew_->estimate(), "exhaustive");
    last_progress_ns_ = now;
  }
  if (now - last_save_ns_ >= save_interval_ns) {
    save_crew();
    last_save_ns_ = now;
  }
  return budget_is_spent(now) ? "budget" : nullptr;
}

namespace {
class PortSink final : public RecordSink {
 public:
  explicit PortSink(WorkerPort& port) : port_(port) {}
  void record(const char* text, std::size_t bytes, std::uint64_t key) override {
    port_.record(text, bytes, key);
  }
  void trouble(const char* reason, const char* message) override {
    port_.trouble(std::strcmp(reason, "unsupported") == 0 ? WorkerPort::Trouble::unsupported
                                                          : WorkerPort::Trouble::error,
                  message);
  }

 private:
  WorkerPort& port_;
};

// What was counted since `before`, which becomes `now`.
explore::Counts since(explore::Counts& before, const explore::Counts& now) {
  const explore::Counts difference{now.executions - before.executions, now.complete - before.complete,
                                   now.blocked - before.blocked, now.cut - before.cut,
                                   now.operations - before.operations};
  before = now;
  return difference;
}
}  // namespace

// A worker's life, in its own process.
int Session::work(WorkerPort& port) {
  PortSink sink(port);
  port_ = &port;
  forget_outcomes();  // those of a resumed search are the coordinator's
  set_record_sink(&sink);
  known_.share(port.page());
  checked_itself_ = port.number() != 0 || !port.first();  // one of them is enough
  Explorer* explorer = nullptr;
  {
    const SharedMemoryScope scope;
    explorer = explore::make_explorer(options_);
  }
  auto& task = make_shared_object<Task>();
  while (port.receive(task)) {
    if (!(task.guesses != 0 ? guess(*explorer, task, port) : work_on(*explorer, task, port))) break;
  }
  return 0;
}

// False: the worker has to leave.
bool Session::work_on(Explorer& explorer, const Task& task, WorkerPort& port) {
  explore::ExhaustiveExplorer& search = *explorer.exhaustive();
  {
    const SharedMemoryScope scope;
    search.take_up(task.ground, {task.parts.data(), task.parts.size()}, {});
  }
  explore::Counts reported;
  std::int64_t reported_at = real_now_ns();
  const auto report = [&](bool gives, bool finished) {
    Report r;
    r.finished = finished;
    r.epoch = task.epoch;
    r.found_bug = has_bugs_;
    r.began_anew = search.began_anew();
    r.ground = search.ground();
    explore::Part part;
    for (unsigned i = 0; gives && i < parts_given && search.walk().give(part); ++i) r.given.push_back(part);
    search.walk().rest(r.left);
    r.counts = since(reported, search.counts());
    const std::int64_t cpu = real_cpu_now_ns();
    r.cpu_ns = cpu - cpu_reported_ns_;
    cpu_reported_ns_ = cpu;
    take_outcomes(r.outcomes);
    port.report(r);
    reported_at = real_now_ns();
  };
  for (;;) {
    if (port.is_void(task.epoch) || port.stopped() || interrupted()) {
      report(false, true);
      return !port.stopped() && !interrupted();
    }
    if (port.wanted() || (executions_ % executions_between_clock_readings == 0 &&
                          real_now_ns() - reported_at >= report_interval_ns)) {
      report(port.wanted(), false);
    }
    if (!prepare_next(search)) {
      if (const char* const reason = check_itself()) return tell(reason, port);
      report(false, true);
      return true;
    }
    if (const char* const reason = run_one(search)) {
      if (reason == first_bug) {
        report(false, true);
        return false;
      }
      return tell(reason, port);
    }
    if (search.has_begun_anew()) {
      report(false, true);
      return true;
    }
  }
}

// How many executions the parts of the task have, about. False: the worker has to leave.
bool Session::guess(Explorer& explorer, const Task& task, WorkerPort& port) {
  explore::ProbingExplorer& prober = *explorer.prober();
  const std::int64_t began_at = real_cpu_now_ns();
  prober.limit_events(task.guess_events);
  explore::PartsEstimate estimate(prober, task.ground, task.parts, options_.seed);
  Report r;
  r.epoch = task.epoch;
  r.finished = true;
  bool goes_on = true;
  for (;;) {
    if (port.is_void(task.epoch) || port.stopped() || interrupted()) {
      goes_on = !port.stopped() && !interrupted();
      break;
    }
    const bool spent = real_cpu_now_ns() - began_at > task.guess_ns;
    if (!prepare_next(estimate, spent ? guesses_min : task.guesses)) {
      r.estimate = estimate.result();
      break;
    }
    if (const char* const reason = run_one(prober)) {
      if (reason != first_bug) return tell(reason, port);
      goes_on = false;
      break;
    }
    if (prober.has_begun_anew()) {
      r.began_anew = prober.began_anew();
      r.ground = prober.ground();
      break;
    }
  }
  r.found_bug = has_bugs_;
  const std::int64_t cpu = real_cpu_now_ns();
  r.cpu_ns = cpu - cpu_reported_ns_;
  cpu_reported_ns_ = cpu;
  port.report(r);
  return goes_on;
}

bool Session::tell(const char* reason, WorkerPort& port) {
  port.trouble(wants_isolation_           ? WorkerPort::Trouble::not_isolated
               : reason == nondeterminism ? WorkerPort::Trouble::nondeterminism
                                          : WorkerPort::Trouble::error,
               message_);
  return false;
}

void warn_about_unknown_option(const char* key) {
  char text[96];
  snprintf(text, sizeof text, "unknown option %s", key);
  warn_of_run("HEDDLE_OPTIONS", text, {});
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
  hot.plain_points = options.plain_points;
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
  if (const char* const wrong = open_fuzz_input(options); wrong != nullptr) {
    write_summary({}, {.reason = "refused", .message = wrong});
    return SessionEnd::error;
  }
  auto& own = make_engine_object<Options>(options);
  own.source = fuzz_source();
  const explore::Binding binding = binding_of_this_run(options, argc, argv);
  Session session(own, body, binding);
  return session.run();
}

}  // namespace heddle::runtime
