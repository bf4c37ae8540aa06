#include "checker/runtime/trials.hpp"

#include "checker/explore/factory.hpp"
#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/verdict.hpp"

namespace heddle::runtime {
namespace {

// An execution that computes for ever costs seconds of CPU time.
constexpr unsigned hangs_max = 2;
constexpr unsigned beginnings_max = 8;  // of an execution that needs room for more threads

}  // namespace

Trials::Trials(const explore::Options& options, Executor& executor, std::uint64_t print,
               kernel::ThreadId room, bool timeouts_are_choices)
    : executor_(executor), print_(print) {
  const SharedMemoryScope scope;
  scripted_ = explore::make_scripted(options, &script_, room, timeouts_are_choices);
  continued_ = explore::make_continued(options, &continuation_, room, timeouts_are_choices);
}

void Trials::allow(std::uint64_t executions, std::uint64_t operations) {
  executions_max_ = executions_ + executions;
  operations_max_ = operations_ + operations;
}

bool Trials::spent() {
  return broken_ || hangs_ >= hangs_max || executions_ >= executions_max_ || operations_ >= operations_max_;
}

// Of an execution that has just ended; ends it for the explorer too.
explore::Sample Trials::judge(explore::Explorer& explorer, explore::Ending ending) {
  const std::uint64_t before = explorer.counts().operations;
  {
    const SharedMemoryScope scope;
    explorer.end_execution(ending);
  }
  operations_ += explorer.counts().operations - before;
  if (ending != explore::Ending::dropped) ++executions_;
  broken_ = broken_ || executor_.failure() != nullptr;
  int note = 0;
  if (verdict().present && verdict().rule == format::Rule::hang) ++hangs_;
  if (verdict().present || find_verdict(print_, note) != nullptr) return explore::Sample::fails;
  const bool ended = ending == explore::Ending::complete || ending == explore::Ending::blocked;
  return ended ? explore::Sample::passes : explore::Sample::neither;
}

explore::Sample Trials::run(explore::RandomExplorer& explorer, Detail detail, explore::Steps& executed) {
  for (unsigned i = 0; i < beginnings_max && !broken_; ++i) {
    {
      const SharedMemoryScope scope;
      if (!explorer.next_execution()) break;
    }
    const explore::Ending ending = executor_.run(explorer, detail);
    executed = explorer.steps();
    const explore::Sample sample = judge(explorer, ending);
    if (ending != explore::Ending::dropped) return sample;
  }
  return explore::Sample::neither;
}

explore::Sample Trials::at_random(const explore::Steps& steps, std::size_t count, explore::Steps& executed) {
  {
    const SharedMemoryScope scope;
    continuation_->follow(steps, count);
  }
  return run(*continued_, Detail::verdict, executed);
}

explore::Sample Trials::by_default(const explore::Steps& steps, std::size_t count, explore::Steps& executed) {
  {
    const SharedMemoryScope scope;
    given_.assign(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(count));
    script_->follow(given_);
  }
  return run(*scripted_, Detail::verdict, executed);
}

explore::Sample Trials::recorded(const explore::Steps& steps) {
  {
    const SharedMemoryScope scope;
    script_->follow(steps);
  }
  return run(*scripted_, Detail::steps, ignored_);
}

bool Trials::next(explore::Explorer& search, explore::Sample& sample) {
  for (;;) {
    if (spent()) return false;
    {
      const SharedMemoryScope scope;
      if (!search.next_execution()) return false;
    }
    const explore::Ending ending = executor_.run(search, Detail::verdict);
    sample = judge(search, ending);
    // An exhaustive search has many beginnings that are no executions.
    if (ending != explore::Ending::dropped) return true;
  }
}

}  // namespace heddle::runtime
