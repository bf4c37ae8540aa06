// Runs litmus programs under an explorer: the host without fibers, used to check models and searches.
#pragma once

#include <optional>

#include "checker/explore/explorer.hpp"
#include "checker/litmus/program.hpp"

namespace heddle::litmus {

class Interpreter {
 public:
  explicit Interpreter(const Program& program);

  // Runs one execution that `explorer` has prepared with next_execution. The ending is told to the explorer.
  explore::Ending run(explore::Explorer& explorer);

  // Of the last execution. The state is meaningful if it completed.
  bool raced() const { return raced_; }
  const std::vector<std::int64_t>& state() const { return state_; }

 private:
  struct Thread {
    std::size_t pc = 0;
    bool spawning = false;
    std::size_t spawned = 0;  // the thread created last
    std::vector<std::int64_t> registers;
    kernel::Operation operation;
    bool ended = false;
  };
  struct Access {
    kernel::ThreadId thread;
    kernel::EventIndex epoch;
    bool write;
    bool atomic;
  };

  bool next_operation(kernel::ThreadId t, explore::Explorer& explorer);
  void take_answer(kernel::ThreadId t, const kernel::Answer& answer, explore::Explorer& explorer);
  void access(kernel::ThreadId t, int location, bool write, bool atomic, kernel::EventIndex epoch,
              const kernel::EventIndex* clock);
  std::int64_t operand_of(const Thread& t, const Instruction& i) const;
  kernel::LocationId location_id(int location) const;

  const Program& program_;
  std::vector<Thread> threads_;
  std::vector<std::int64_t> memory_;        // what a plain load sees: the mo-last value
  std::vector<std::int64_t> base_;          // initial value of the location's present incarnation
  std::vector<std::uint32_t> incarnation_;  // plain stores so far
  std::vector<std::vector<Access>> accesses_;
  std::vector<bool> observed_;  // by location: what it holds in the end, or in between, is looked at
  std::vector<kernel::ThreadId> litmus_thread_;  // by ThreadId: index in program_.threads
  std::vector<std::int64_t> state_;
  bool raced_ = false;
};

}  // namespace heddle::litmus
