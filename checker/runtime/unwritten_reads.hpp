// Plain reads of memory nobody has written (unwritten.hpp), and whether what they found made a difference
// (--uninitialized=used).
//
// Such a read alone is no error: copies of structures with members that have no value yet (unions, optional
// values) read them too, and the code of a copy is that of a use. So an execution with such reads is
// replayed, with other bytes in the memory of one of them from that read on. If the program then takes other
// steps, writes elsewhere, prints something else or ends in another way, the value was used. The differences
// that are tried tell zero from the rest and negative from positive numbers; a program that compares with
// another number only is not noticed.
#pragma once

#include <cstddef>
#include <cstdint>

#include "checker/explore/options.hpp"
#include "checker/explore/random/random_explorer.hpp"
#include "checker/runtime/executor.hpp"

namespace heddle::runtime {

// What a read is told apart by: over executions, both repeat.
struct UnwrittenRead {
  std::uintptr_t pc = 0;
  std::uintptr_t address = 0;
};

// The running thread reads memory that holds the pattern. In the process of the execution.
void note_unwritten_read(const UnwrittenRead& read, std::size_t bytes);
// An execution begins: it has read nothing yet.
void reset_unwritten_reads();

// The reads of the last execution of which it is not known what difference they make: indices for ReadTrials.
struct Suspicions {
  static constexpr std::uint32_t count_max = 8;
  std::uint32_t count = 0;
  std::uint32_t reads[count_max] = {};
};
Suspicions suspicions();

// Executions that find it out.
class ReadTrials {
 public:
  // Of the execution `explorer` led last, before its end_execution.
  ReadTrials(const explore::Options& options, Executor& executor, const explore::Explorer& explorer);

  // True if one of them makes a difference. Then the executor's last results are those of an execution that
  // says so, which end() has still to end.
  bool matter(const Suspicions& reads);
  const explore::Explorer& explorer() const { return replay_; }
  void end();

 private:
  struct Outcome {
    explore::Ending ending;
    std::uint64_t hash;
    std::uint64_t verdict;
    std::uint64_t output;
    bool operator==(const Outcome&) const = default;
  };
  bool run(Outcome& outcome);
  bool matters(std::uint32_t read, const Outcome& before);

  Executor& executor_;
  explore::RandomExplorer& replay_;
  explore::Ending ending_ = explore::Ending::none;
};

}  // namespace heddle::runtime
