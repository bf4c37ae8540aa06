// The search of one run: executions until it is exhausted, its time is spent or a bug ends it. By this
// process (search_run.cpp), or by several (crew_run.cpp).
#pragma once

#include <cstdint>

#include "checker/explore/exhaustive/parts_estimate.hpp"
#include "checker/explore/explorer.hpp"
#include "checker/explore/options.hpp"
#include "checker/runtime/crew.hpp"
#include "checker/runtime/executor.hpp"
#include "checker/runtime/finding_report.hpp"
#include "checker/runtime/frontier_file.hpp"
#include "checker/runtime/records.hpp"
#include "checker/runtime/self_check.hpp"
#include "checker/runtime/session.hpp"
#include "checker/runtime/unwritten_reads.hpp"

namespace heddle::runtime {

// A run's reasons to end, as the protocol words them. Compared by address; the handlers return one,
// or null to go on.
inline constexpr char first_bug[] = "first_bug";
inline constexpr char nondeterminism[] = "nondeterminism";
inline constexpr char error[] = "error";

// Reading the clock costs as much as a tenth of a small execution.
inline constexpr std::uint64_t executions_between_clock_readings = 16;
inline constexpr std::int64_t progress_interval_ns = 1'000'000'000;
inline constexpr std::int64_t save_interval_ns = 30'000'000'000;

// A record that the user is told of, about the run and not an execution.
void warn_of_run(const char* call, const char* message, const StackTrace& stack);

class SearchRun final : public CrewOwner {
 public:
  SearchRun(const explore::Options& options, const Body& body, const explore::Binding& binding)
      : options_(options),
        binding_(binding),
        forks_(options.isolation == explore::Isolation::fork),
        executor_(body, known_, forks_),
        self_check_(options, executor_) {
    the_run_ = this;
  }
  SessionEnd run();

 private:
  const char* search(explore::Explorer& explorer);
  const char* handle_ending(explore::Explorer& explorer, explore::Ending ending);
  const char* handle_verdicts(explore::Explorer& explorer);
  const char* judge_reads(const explore::Explorer& explorer, const Suspicions& reads);
  void handle_endless(explore::Explorer& explorer, explore::Ending ending);
  static bool wants_to_stop();
  const char* handle_divergence(const explore::Explorer& explorer);
  bool out_of_time(explore::Explorer& explorer);
  bool checks_itself() const;
  Detail detail_of_next() const;
  const char* check_itself();
  void write_trace();
  const char* run_one(explore::Explorer& explorer);
  bool recall(explore::Explorer& explorer);
  static void forget_if_begun_anew(explore::Explorer& explorer);
  bool prepare_next(explore::Explorer& explorer);
  bool prepare_next(explore::PartsEstimate& estimate, std::uint32_t guesses);
  bool budget_is_spent(std::int64_t now) const;
  SessionEnd end_of(const char* reason) const;
  SessionEnd refuse(const char* mode, const char* message);
  SessionEnd conclude(const explore::Counts& counts, Conclusion& conclusion);
  void save(explore::Explorer& explorer);
  void store(explore::Frontier& frontier);
  std::uint64_t division_of(const explore::ExhaustiveExplorer& search) const;
  void describe_shard(const explore::ExhaustiveExplorer& search, Conclusion& conclusion) const;

  SessionEnd run_crew(const char* mode);
  void save_crew();
  const char* why_stop() override;
  int work(WorkerPort& port) override;
  bool work_on(explore::Explorer& explorer, const Task& task, WorkerPort& port);
  bool guess(explore::Explorer& explorer, const Task& task, WorkerPort& port);
  bool tell(const char* reason, WorkerPort& port);

  const explore::Options& options_;
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
  static SearchRun* the_run_;   // asked by wants_to_stop()
};

}  // namespace heddle::runtime
