// From the verdicts of one execution to finding records: is it new, what is the shortest schedule that leads
// to it, do replays show it again, and all of its evidence.
#pragma once

#include "checker/explore/explorer.hpp"
#include "checker/explore/minimise.hpp"
#include "checker/explore/options.hpp"
#include "checker/runtime/executor.hpp"
#include "checker/runtime/finding_record.hpp"

namespace heddle::runtime {

class FindingReport {
 public:
  // Looks at the execution that `executor` ran last, before explorer.end_execution. `execution` is its
  // number.
  FindingReport(const explore::Options& options, Executor& executor, KnownBugs& known,
                const explore::Explorer& explorer, std::uint64_t execution, bool forks);

  bool has_findings() const { return count_ > 0; }
  // Some finding is more than a prediction.
  bool has_bugs() const;
  // Replays the schedule, minimises it, and replays the result: once recording every step, then to be sure.
  // Overwrites the executor's results.
  void confirm();
  // Some finding did not show in any replay.
  bool unreproducible() const;
  // Writes the records of those that are new, and then, for each, why it happens (why.hpp).
  void write();

 private:
  struct Candidate {
    Verdict verdict;
    std::uint64_t print = 0;
    std::uint64_t full_print = 0;  // of the replay with steps; 0 if it did not show the bug
    explore::Schedule schedule;
    explore::Steps steps;  // all of it, if it was asked for
    unsigned replays = 0;
    unsigned reproduced = 0;
    explore::Minimised minimised;
    kernel::Vector<StepLabel> labels;
    JsonWriter evidence;
    char output[4096] = {};
  };
  static constexpr std::uint32_t candidates_max = notes_max + 1;

  void consider(const Verdict& v, int note);
  void confirm_one(Candidate& candidate);
  bool wants_steps(const Candidate& candidate) const;
  void minimise(Candidate& candidate, explore::Steps& steps);
  bool replay(Candidate& candidate, explore::Explorer& explorer, Detail detail);
  // `key` as for end_record.
  void write_one(const char* type, const Candidate& candidate, std::uint64_t key);

  const explore::Options& options_;
  Executor& executor_;
  KnownBugs& known_;
  const explore::Explorer& explorer_;
  const std::uint64_t execution_;
  const bool forks_;
  std::uint32_t count_ = 0;
  Candidate* candidates_[candidates_max] = {};
  char* token_ = nullptr;  // of the candidate written last
};

}  // namespace heddle::runtime
