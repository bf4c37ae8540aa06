#include "cli/supervise.hpp"

#include <poll.h>

#include <algorithm>
#include <csignal>
#include <memory>

#include "cli/follower.hpp"
#include "cli/progress.hpp"

namespace heddle::cli {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds tick{100};
constexpr milliseconds stall{5000};         // without any CPU time: waits for something, not for a processor
constexpr milliseconds last_records{3000};  // for a process to write its last records after SIGTERM
constexpr std::size_t output_lines_kept = 40;

volatile std::sig_atomic_t signal_seen = 0;
volatile std::sig_atomic_t signals_count = 0;

void note_signal(int number) {
  signal_seen = number;
  signals_count = signals_count + 1;
}

// Takes over SIGINT, SIGTERM and SIGHUP for the lifetime of the object.
class SignalScope {
 public:
  SignalScope() {
    signal_seen = 0;
    signals_count = 0;
    struct sigaction action {};
    action.sa_handler = note_signal;
    for (std::size_t i = 0; i < std::size(numbers); ++i) ::sigaction(numbers[i], &action, &before_[i]);
  }
  ~SignalScope() {
    for (std::size_t i = 0; i < std::size(numbers); ++i) ::sigaction(numbers[i], &before_[i], nullptr);
  }
  SignalScope(const SignalScope&) = delete;
  SignalScope& operator=(const SignalScope&) = delete;

 private:
  static constexpr int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  struct sigaction before_[3]{};
};

struct Running {
  Running(const Launch& launch, std::string path) : child(launch), records(std::move(path)) {}
  Child child;
  Follower records;
  bool ended = false;
  std::size_t findings_told = 0;
  bool stopped_on_purpose = false;
  // From the end of the budget on:
  std::optional<std::chrono::nanoseconds> cpu_at_budget;
  std::chrono::nanoseconds cpu_seen{};
  Clock::time_point cpu_seen_at;
};

// Whether this process's result makes the others' pointless.
bool has_the_answer(const format::RunRecords& r, bool keep_going) {
  if (!r.divergences.empty() || !r.unsupported.empty()) return true;
  if (r.summary && (r.summary->verified || r.summary->reason == "error")) return true;
  return !keep_going && !r.findings.empty() && r.summary;
}

class Supervisor {
 public:
  Supervisor(const std::vector<Job>& jobs, const Supervision& how)
      : how_(how), progress_(how.show_progress, how.budget) {
    for (const Job& job : jobs) {
      running_.push_back(std::make_unique<Running>(job.launch, job.records_path));
      const Child& child = running_.back()->child;
      result_.randomised = result_.randomised || child.randomised();
      if (child.error().empty()) continue;
      result_.error = child.error();
      for (auto& r : running_) r->child.signal(SIGKILL);
      return;
    }
  }

  Supervised run() {
    while (result_.error.empty() && !all_ended()) {
      wait_for_news();
      for (auto& r : running_) look_after(*r);
      answer_signals();
      enforce_limits();
      progress_.show(progress_of_all());
      if (how_.events != nullptr) tell(*how_.events);
    }
    progress_.clear();
    for (auto& r : running_) {
      r->records.finish();
    }
    if (how_.events != nullptr) tell(*how_.events);
    for (auto& r : running_) {
      result_.processes.push_back({r->records.take(), r->stopped_on_purpose, r->child.how_it_ended()});
      result_.last_output.push_back(r->child.last_output(output_lines_kept));
    }
    return std::move(result_);
  }

 private:
  bool all_ended() const {
    return std::ranges::all_of(running_, [](const auto& r) { return r->ended; });
  }

  void wait_for_news() const {
    std::vector<pollfd> waiting;
    for (const auto& r : running_) {
      if (r->ended) continue;
      for (const int fd : {r->child.output_fd(), r->child.end_fd()}) {
        if (fd >= 0) waiting.push_back({fd, POLLIN, 0});
      }
    }
    ::poll(waiting.data(), waiting.size(), static_cast<int>(tick.count()));
  }

  void look_after(Running& r) {
    if (r.ended) return;
    r.child.drain();
    r.ended = r.child.ended();
    r.records.poll();
    if (!how_.independent && has_the_answer(r.records.records(), how_.keep_going)) stop_others(r);
  }

  void stop_others(const Running& than) {
    for (auto& r : running_) {
      if (r.get() == &than || r->ended || r->stopped_on_purpose) continue;
      r->stopped_on_purpose = true;
      r->child.signal(SIGTERM);
      if (!kill_at_) kill_at_ = Clock::now() + last_records;
    }
  }

  // The first signal asks the program to finish its report, the second ends it.
  void answer_signals() {
    const int seen = signals_count;
    if (seen == signals_answered_) return;
    signals_answered_ = seen;
    if (result_.interrupted_by == 0) result_.interrupted_by = signal_seen;
    for (auto& r : running_) r->child.signal(seen > 1 ? SIGKILL : SIGTERM);
    if (!kill_at_) kill_at_ = Clock::now() + last_records;
  }

  // The budget is over: has the process had all the time it may have to stop?
  bool is_overdue(Running& r, Clock::time_point now) const {
    const auto cpu = r.child.cpu_time();
    if (!r.cpu_at_budget) r.cpu_at_budget = cpu;
    if (cpu != r.cpu_seen || r.cpu_seen_at == Clock::time_point{}) {
      r.cpu_seen = cpu;
      r.cpu_seen_at = now;
    }
    if (now - started_ < how_.budget + how_.grace) return false;
    constexpr int starved_most = 10;
    return cpu - *r.cpu_at_budget >= how_.grace || now - r.cpu_seen_at >= std::min(stall, how_.grace) ||
           now - started_ >= how_.budget + starved_most * how_.grace;
  }

  void enforce_limits() {
    const auto now = Clock::now();
    if (how_.budget.count() > 0 && now - started_ > how_.budget) {
      for (auto& r : running_) {
        if (r->ended || !is_overdue(*r, now)) continue;
        result_.out_of_time = true;
        r->child.signal(SIGKILL);
      }
    }
    if (!kill_at_ || now < *kill_at_) return;
    for (auto& r : running_) {
      if (r->stopped_on_purpose || result_.interrupted_by != 0) r->child.signal(SIGKILL);
    }
  }

  void tell(EventStream& events) {
    for (auto& r : running_) {
      const auto& findings = r->records.records().findings;
      for (; r->findings_told < findings.size(); ++r->findings_told)
        events.finding(findings[r->findings_told]);
    }
    events.progress(progress_of_all());
  }

  ProgressState progress_of_all() const {
    ProgressState state;
    for (const auto& r : running_) {
      const format::RunRecords& records = r->records.records();
      state.findings += records.findings.size();
      if (!records.progress) continue;
      state.executions += records.progress->executions;
      if (state.phase.empty()) state.phase = records.progress->phase;
      if (records.progress->estimate) {
        state.estimate = records.progress->estimate;
        state.estimate_spread = records.progress->estimate_spread;
      }
    }
    return state;
  }

  const Supervision& how_;
  SignalScope signals_;
  Progress progress_;
  Clock::time_point started_ = Clock::now();
  std::optional<Clock::time_point> kill_at_;
  int signals_answered_ = 0;
  std::vector<std::unique_ptr<Running>> running_;
  Supervised result_;
};

}  // namespace

Supervised supervise(const std::vector<Job>& jobs, const Supervision& how) {
  return Supervisor(jobs, how).run();
}

}  // namespace heddle::cli
