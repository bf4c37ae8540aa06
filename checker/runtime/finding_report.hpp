// From the verdict of one execution to finding records: is it new, what schedule leads to it, does a replay
// show it again, and all of its evidence.
#pragma once

#include "checker/explore/explorer.hpp"
#include "checker/explore/options.hpp"
#include "checker/runtime/executor.hpp"

namespace heddle::runtime {

class FindingReport {
 public:
  // Looks at the execution that `executor` ran last, before explorer.end_execution. `execution` is its
  // number.
  FindingReport(const explore::Options& options, Executor& executor, KnownBugs& known,
                explore::Explorer& explorer, std::uint64_t execution);

  bool has_findings() const { return count_ > 0; }
  // Replays the schedule: once recording every step, then to be sure. Overwrites the executor's results.
  void confirm();
  // Some finding did not show in any replay.
  bool unreproducible() const;
  // Writes the records of those that are new.
  void write();

 private:
  struct Candidate {
    Verdict verdict;
    std::uint64_t print = 0;
    std::uint64_t full_print = 0;  // of the replay with steps; 0 if it did not show the bug
    unsigned reproduced = 0;
    const JsonWriter* evidence = nullptr;
  };
  static constexpr std::uint32_t candidates_max = notes_max + 1;
  static constexpr std::size_t output_bytes = 4096;

  void consider(const Verdict& v, int note);
  void count_replay(bool recorded);
  void write_one(const Candidate& candidate, const char* token);

  const explore::Options& options_;
  Executor& executor_;
  KnownBugs& known_;
  explore::Explorer& explorer_;
  const std::uint64_t execution_;
  unsigned replays_ = 0;
  std::uint32_t count_ = 0;
  Candidate* candidates_ = nullptr;
  explore::Schedule schedule_;
  char output_[output_bytes] = {};
};

}  // namespace heddle::runtime
