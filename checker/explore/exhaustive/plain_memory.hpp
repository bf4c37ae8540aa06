// What plain memory that threads share holds at the end of recorded events, and whether an access races.
//
// Rebuilt from the graph and from what the threads are known to do (memo.hpp). In an execution without races
// what a read finds is determined: the last write that happens before it. So the accesses may be gone through
// in any order that respects happens-before, and each is compared with the last write and the last reads of
// its variable, as detect/race.hpp does (FastTrack: Flanagan, Freund, PLDI 2009), but by variables instead of
// bytes and with room for few threads.
#pragma once

#include <cstdint>

#include "checker/kernel/types.hpp"

namespace heddle::explore {

// A variable is memory that is only accessed as a whole.
using VariableId = std::uint32_t;

class PlainMemory {
 public:
  static constexpr VariableId variables_max = 64;
  static constexpr kernel::ThreadId threads_max = 16;

  // Who accesses: after `epoch` events of its own, knowing `clock`.
  struct Place {
    kernel::ThreadId thread;
    kernel::EventIndex epoch;
    const kernel::EventIndex* clock;
  };

  // Before the first thread was created the variables held these values. Nothing is known of others.
  void begin(const kernel::Value* values, VariableId count);
  void forget() { count_ = 0; }
  bool begun() const { return count_ != 0; }

  // False: it races, or what is there is not known.
  bool read(VariableId variable, const Place& at, kernel::Value& value);
  bool write(VariableId variable, const Place& at, kernel::Value value);

 private:
  struct Variable {
    kernel::Value value = 0;
    kernel::ThreadId writer = kernel::no_thread;
    kernel::EventIndex written = 0;
    std::uint32_t readers = 0;  // since the last write; bit t: read[t] means something
    kernel::EventIndex read[threads_max];
  };

  bool after_write(const Variable& v, const Place& at) const {
    return v.writer == kernel::no_thread || v.writer == at.thread || v.written < at.clock[v.writer];
  }

  Variable variables_[variables_max];
  VariableId count_ = 0;
};

}  // namespace heddle::explore
