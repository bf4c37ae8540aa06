// Does the program repeat itself? The premise of everything else: an execution replayed takes the same steps,
// at the start of a run and after everything the run has done in the process.
#pragma once

#include "checker/explore/explorer.hpp"
#include "checker/explore/options.hpp"
#include "checker/runtime/executor.hpp"

namespace heddle::runtime {

class SelfCheck {
 public:
  SelfCheck(const explore::Options& options, Executor& executor) : options_(options), executor_(executor) {}

  // Remembers the execution that `executor` ran last with Detail::hash, before explorer.end_execution.
  void remember(const explore::Explorer& explorer);
  bool remembers() const { return replay_ != nullptr; }

  // Replays it. False: it took other steps.
  bool repeats();

 private:
  const explore::Options& options_;
  Executor& executor_;
  explore::Explorer* replay_ = nullptr;
  std::uint64_t hash_ = 0;
};

}  // namespace heddle::runtime
