// Executions that are tried to learn about a finding, and the limits of them.
#pragma once

#include <cstdint>

#include "checker/explore/explorer.hpp"
#include "checker/explore/options.hpp"
#include "checker/explore/outlook.hpp"
#include "checker/explore/random/continuation.hpp"
#include "checker/explore/random/random_explorer.hpp"
#include "checker/explore/random/script.hpp"
#include "checker/runtime/executor.hpp"

namespace heddle::runtime {

class Trials final : public explore::Sampler {
 public:
  // `print`: of the finding. `room`: for so many threads. `timeouts_are_choices`: in the schedules to come.
  Trials(const explore::Options& options, Executor& executor, std::uint64_t print, kernel::ThreadId room,
         bool timeouts_are_choices);

  explore::Sample at_random(const explore::Steps& steps, std::size_t count,
                            explore::Steps& executed) override;
  explore::Sample by_default(const explore::Steps& steps, std::size_t count,
                             explore::Steps& executed) override;
  bool spent() override;

  // Follows the steps and records every step in the executor's evidence.
  explore::Sample recorded(const explore::Steps& steps);
  // Runs the next execution of a search. False: there is none, or no more are allowed.
  bool next(explore::Explorer& search, explore::Sample& sample);

  // From now on so many more are allowed.
  void allow(std::uint64_t executions, std::uint64_t operations);
  std::uint64_t executions() const { return executions_; }

 private:
  explore::Sample run(explore::RandomExplorer& explorer, Detail detail, explore::Steps& executed);
  explore::Sample judge(explore::Explorer& explorer, explore::Ending ending);

  Executor& executor_;
  const std::uint64_t print_;
  explore::Script* script_ = nullptr;
  explore::RandomExplorer* scripted_ = nullptr;
  explore::Continuation* continuation_ = nullptr;
  explore::RandomExplorer* continued_ = nullptr;
  explore::Steps given_;
  explore::Steps ignored_;
  std::uint64_t executions_ = 0;
  std::uint64_t operations_ = 0;
  std::uint64_t executions_max_ = 0;
  std::uint64_t operations_max_ = 0;
  unsigned hangs_ = 0;
  bool broken_ = false;
};

}  // namespace heddle::runtime
