// Where the bytes of a fuzzed execution come from, and where it goes on record what the execution did.
#pragma once

#include <cstdint>
#include <span>

namespace heddle::explore {

// `scenario` answers nondet, `schedule` says when threads are switched and which stores are read
// (docs/fuzzing.md).
struct FuzzInput {
  std::span<const std::uint8_t> scenario;
  std::span<const std::uint8_t> schedule;
};

class InputSource {
 public:
  virtual ~InputSource() = default;
  // Blocks until there is the next input, which stays valid until the next call. False: there is none any
  // more.
  virtual bool next(FuzzInput& input) = 0;
  // Something happened that is worth another input if it never happened before.
  virtual void happened(std::uint64_t what) = 0;
  // The execution of the input is over.
  virtual void done() = 0;
};

}  // namespace heddle::explore
