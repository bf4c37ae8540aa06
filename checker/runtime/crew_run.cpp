#include <cstring>

#include "checker/explore/factory.hpp"
#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/faults.hpp"
#include "checker/runtime/outcomes.hpp"
#include "checker/runtime/real_clock.hpp"
#include "checker/runtime/recallable.hpp"
#include "checker/runtime/search_run.hpp"

namespace heddle::runtime {

using explore::Explorer;

namespace {
constexpr std::int64_t report_interval_ns = 200'000'000;  // of a worker
constexpr unsigned parts_given = 4;                       // at a time, to those without work
constexpr std::uint32_t guesses_min = 4;                  // of an estimate, however long they take
}  // namespace

SessionEnd SearchRun::run_crew(const char* mode) {
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

void SearchRun::save_crew() {
  if (options_.save[0] == '\0') return;
  explore::Frontier frontier;
  frontier.counts = crew_->counts();
  frontier.ground = crew_->ground();
  crew_->rest(frontier.parts);
  copy_outcomes(frontier.outcomes);
  has_bugs_ = crew_->found_bug();
  store(frontier);
}

const char* SearchRun::why_stop() {
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
  explore::Counts difference;
  for (std::uint64_t explore::Counts::*count : explore::all_counts)
    difference.*count = now.*count - before.*count;
  before = now;
  return difference;
}
}  // namespace

// A worker's life, in its own process.
int SearchRun::work(WorkerPort& port) {
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
    if (!forks_) remember_if_possible(*explorer);
  }
  auto& task = make_shared_object<Task>();
  while (port.receive(task)) {
    if (!(task.guesses != 0 ? guess(*explorer, task, port) : work_on(*explorer, task, port))) break;
  }
  return 0;
}

// False: the worker has to leave.
bool SearchRun::work_on(Explorer& explorer, const Task& task, WorkerPort& port) {
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
    gives = gives && search.is_settled();
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
    if (recall(search)) continue;
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
bool SearchRun::guess(Explorer& explorer, const Task& task, WorkerPort& port) {
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

bool SearchRun::tell(const char* reason, WorkerPort& port) {
  port.trouble(wants_isolation_           ? WorkerPort::Trouble::not_isolated
               : reason == nondeterminism ? WorkerPort::Trouble::nondeterminism
                                          : WorkerPort::Trouble::error,
               message_);
  return false;
}

}  // namespace heddle::runtime
