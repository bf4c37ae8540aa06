#include "checker/runtime/search_run.hpp"

#include <algorithm>
#include <cstdio>

#include "checker/explore/factory.hpp"
#include "checker/runtime/benign_races.hpp"
#include "checker/runtime/debug_stops.hpp"
#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/faults.hpp"
#include "checker/runtime/fuzz_channel.hpp"
#include "checker/runtime/modules.hpp"
#include "checker/runtime/order_sites.hpp"
#include "checker/runtime/outcomes.hpp"
#include "checker/runtime/real_clock.hpp"
#include "checker/runtime/recallable.hpp"
#include "checker/runtime/runtime.hpp"

namespace heddle::runtime {

using explore::Ending;
using explore::Explorer;

namespace {

constexpr std::int64_t ns_per_ms = 1'000'000;
constexpr std::uint64_t operations_between_clock_readings = 2048;

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

}  // namespace

SearchRun* SearchRun::the_run_ = nullptr;

void warn_of_run(const char* call, const char* message, const StackTrace& stack) {
  JsonWriter& out = begin_record("warning");
  out.member("call", call);
  out.member("message", message);
  out.key("stack");
  write_stack(out, stack);
  end_record();
}

const char* SearchRun::handle_verdicts(Explorer& explorer) {
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

// What a schedule shows that was made shorter, or goes on otherwise, may be a read that makes no difference.
const char* SearchRun::judge_reads(const Explorer& explorer, const Suspicions& reads) {
  ReadTrials trials(options_, executor_, explorer);
  if (!trials.matter(reads)) return nullptr;
  auto& options = make_engine_object<explore::Options>(options_);
  options.minimize = options.why = false;
  FindingReport report(options, executor_, known_, trials.explorer(), executions_, forks_);
  if (report.has_bugs()) {
    report.confirm();
    report.write();
    has_bugs_ = true;
  }
  trials.end();
  return has_bugs_ && !options_.keep_going ? first_bug : nullptr;
}

const char* SearchRun::handle_divergence(const Explorer& explorer) {
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
void SearchRun::handle_endless(Explorer& explorer, Ending ending) {
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

const char* SearchRun::handle_ending(Explorer& explorer, Ending ending) {
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
    case Ending::dropped:  // no execution: nothing that was noted in it need be possible
      return nullptr;
    default:
      return handle_verdicts(explorer);
  }
}

bool SearchRun::out_of_time(Explorer& explorer) {
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

bool SearchRun::budget_is_spent(std::int64_t now) const {
  return options_.budget_ms != 0 &&
         now - started_ns_ >= static_cast<std::int64_t>(options_.budget_ms) * ns_per_ms;
}

// Not when executions have a process each: then nothing one does reaches another.
bool SearchRun::checks_itself() const {
  return options_.run == explore::Run::check && options_.isolation == explore::Isolation::automatic;
}

Detail SearchRun::detail_of_next() const {
  if (options_.trace) return Detail::steps;
  return checks_itself() && !checked_itself_ ? Detail::hash : Detail::evidence;
}

// Not the search's own replays, which only see what the explorer looks at.
const char* SearchRun::check_itself() {
  if (!self_check_.remembers() || self_check_.repeats()) return nullptr;
  wants_isolation_ = true;
  return nondeterminism;
}

// A replay that was asked for every step and found nothing.
void SearchRun::write_trace() {
  if (options_.run != explore::Run::replay || !options_.trace || !known_.empty()) return;
  JsonWriter& out = begin_record("trace");
  out.raw_members(executor_.evidence(-1).text(), executor_.evidence(-1).size());
  end_record();
}

// Between two executions.
void SearchRun::save(Explorer& explorer) {
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

void SearchRun::store(explore::Frontier& frontier) {
  frontier.binding = binding_;
  frontier.bugs = bugs_before_ + (has_bugs_ ? 1 : 0);
  const char* const wrong = store_frontier(options_.save, frontier);
  if (wrong == nullptr) return;
  warn_of_run("--save", wrong, {});
}

// Runs the execution that next_execution() prepared. Returns why the search has to end, or null.
const char* SearchRun::run_one(Explorer& explorer) {
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
  const Suspicions reads = hot.fills_memory && ended ? suspicions() : Suspicions{};
  const char* reason = handle_ending(explorer, ending);
  if (reads.count != 0 && (reason == nullptr || reason == first_bug)) {
    const char* const found = judge_reads(explorer, reads);
    if (found != nullptr) reason = found;
  }
  {
    const SharedMemoryScope scope;
    explorer.end_execution(ending);
  }
  if (reason == nullptr && checks) reason = check_itself();
  return reason;
}

// In the middle of an execution, which may be a process of its own.
bool SearchRun::wants_to_stop() {
  const SearchRun& s = *the_run_;
  if (interrupted()) return true;
  if (s.port_ != nullptr) return s.port_->stopped();
  return s.budget_is_spent(real_now_ns());
}

bool SearchRun::prepare_next(Explorer& explorer) {
  const SharedMemoryScope scope;
  return explorer.next_execution();
}

bool SearchRun::prepare_next(explore::PartsEstimate& estimate, std::uint32_t guesses) {
  const SharedMemoryScope scope;
  return estimate.next_execution(guesses);
}

// Whether the execution that was prepared need not be run, and is over.
bool SearchRun::recall(Explorer& explorer) {
  const SharedMemoryScope scope;
  if (!explorer.recall()) return false;
  ++executions_;
  return true;
}

// All executions so far are counted again.
void SearchRun::forget_if_begun_anew(Explorer& explorer) {
  explore::ExhaustiveExplorer* const exhaustive = explorer.exhaustive();
  if (exhaustive != nullptr && exhaustive->began_anew()) forget_outcomes();
}

// Returns why the search ended.
const char* SearchRun::search(Explorer& explorer) {
  const bool replays = options_.run == explore::Run::replay;
  const std::uint64_t most = options_.max_executions;
  std::uint64_t before = explorer.counts().executions;  // of a resumed search
  for (;;) {
    before = std::min(before, explorer.counts().executions);  // it may have begun anew
    if (interrupted()) return "interrupted";
    if (out_of_time(explorer)) return "budget";
    if (replays && executions_ == 1) return "max_executions";
    if (most != 0 && explorer.counts().executions - before >= most) return "max_executions";
    if (!prepare_next(explorer)) {
      const char* const reason = check_itself();
      return reason != nullptr ? reason : "exhausted";
    }
    forget_if_begun_anew(explorer);  // because of what an estimate met
    if (recall(explorer)) continue;
    if (const char* const reason = run_one(explorer)) return reason;
    forget_if_begun_anew(explorer);
  }
}

SessionEnd SearchRun::end_of(const char* reason) const {
  if (has_bugs_) return SessionEnd::bug;
  if (reason == nondeterminism) return SessionEnd::nondeterminism;
  return reason == error ? SessionEnd::error : SessionEnd::clean;
}

SessionEnd SearchRun::refuse(const char* mode, const char* message) {
  write_summary({}, {.mode = mode, .reason = "refused", .verified = false, .message = message});
  return SessionEnd::error;
}

SessionEnd SearchRun::run() {
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
    if (explorer != nullptr && !forks_) remember_if_possible(*explorer);
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

std::uint64_t SearchRun::division_of(const explore::ExhaustiveExplorer& search) const {
  return search.walk().division() != 0 ? search.walk().division() : frontier_.division;
}

// A shard alone verifies nothing. Those of one search have the same binding, ground and division.
void SearchRun::describe_shard(const explore::ExhaustiveExplorer& search, Conclusion& conclusion) const {
  conclusion.verified = false;
  conclusion.shard = options_.shard;
  conclusion.shards = options_.shards;
  explore::Bytes bytes;
  const explore::Ground ground = search.ground();
  explore::put_number(bytes, ground.threads);
  explore::put_number(bytes, ground.revisited_mutexes ? 1 : 0);
  explore::put_number(bytes, ground.ordered_barriers ? 1 : 0);
  for (const std::uintptr_t pc : ground.loops) explore::put_number(bytes, pc);
  for (const ThreadId t : ground.readers.threads) explore::put_number(bytes, t);
  explore::put_number(bytes, ground.rounds_stay ? 1 : 0);
  for (const explore::Assumed* const assumed : {&ground.unordered.unread, &ground.unordered.commuting}) {
    explore::put_number(bytes, assumed->addresses.size());
    for (const std::uintptr_t address : assumed->addresses) explore::put_number(bytes, address);
  }
  explore::put_number(bytes, division_of(search));
  explore::put_number(bytes, common_binding(binding_));
  conclusion.split = explore::fnv(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

SessionEnd SearchRun::conclude(const explore::Counts& counts, Conclusion& conclusion) {
  if (bugs_before_ != 0) message_ = "bugs were found before the search was saved";
  conclusion.message = message_;
  write_outcomes();
  write_summary(counts, conclusion);
  return end_of(conclusion.reason);
}

}  // namespace heddle::runtime
