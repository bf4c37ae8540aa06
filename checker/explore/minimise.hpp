// Makes a failing schedule readable: fewest preemptions first, then fewest weak-memory surprises, then
// shortest.
//
// Delta debugging (Zeller, Hildebrandt, TSE 2002) adapted to schedules: a schedule is a list of steps (who
// moves, what it reads); candidates cut its end off (the default policy goes on from there), forget
// surprises, or join two runs of one thread by moving one of them next to the other. A candidate counts if
// the same failure happens again.
#pragma once

#include <cstdint>

#include "checker/explore/schedule.hpp"

namespace heddle::explore {

// One step of a whole schedule; see Decision for `alternative`.
struct Step {
  kernel::ThreadId thread;
  std::uint32_t alternative;
  bool preempts;        // the thread that moved before could have gone on
  bool starts = false;  // the thread begins, which is no operation
};
using Steps = kernel::Vector<Step>;

struct Minimised {
  std::uint32_t switches_before = 0;  // preemptions
  std::uint32_t switches_after = 0;
  std::uint32_t attempts = 0;
};

// What becomes of a failing schedule that is changed in one place.
enum class Without : std::uint8_t { same_bug, other_bug, passes, impossible };
struct Label {
  std::size_t step;  // index in the steps
  bool surprise;     // the read or place is changed; else the switch to this step's thread is not made
  Without without;
};
using Labels = kernel::Vector<Label>;

// Runs a candidate: true if it fails in the same way; `steps` then becomes what was really executed.
class Attempt {
 public:
  virtual ~Attempt() = default;
  virtual bool fails(Steps& steps) = 0;
  // The same for any candidate; `steps` becomes what was really executed, however it ended.
  virtual Without outcome(Steps& steps) = 0;
  virtual bool out_of_time() = 0;
};

// `steps` is a failing schedule before and after.
Minimised minimise(Steps& steps, Attempt& attempt, std::uint32_t attempts_max);

// What each preemption and each surprise of a failing schedule is needed for, one at a time.
void explain(const Steps& steps, Attempt& attempt, Labels& out);

}  // namespace heddle::explore
