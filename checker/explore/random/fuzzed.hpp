// Follows a fuzzer's bytes: every execution is a function of its input.
//
// The schedule is a list of records of three bytes: what, after how many steps since the record before (0 to
// 255), and which. It deviates from the default policy (strategy.hpp) where a record says so and nowhere
// else, so that a mutation of one record changes one decision. What is read from what, event by event, is
// told to the source as coverage: places in the code alone are all seen soon (docs/fuzzing.md).
#pragma once

#include "checker/explore/random/input_source.hpp"
#include "checker/explore/random/strategy.hpp"
#include "checker/kernel/memory.hpp"

namespace heddle::explore {

class Fuzzed final : public Strategy {
 public:
  static constexpr std::size_t record_bytes = 3;
  // The first byte of a record, modulo 4: three are a switch, one is another store than the latest.
  static constexpr std::uint8_t other_store = 3;

  explicit Fuzzed(InputSource& source) : source_(source) {}
  const char* name() const override { return "bytes"; }
  void begin(std::uint64_t execution) override;
  kernel::ThreadId pick(const Situation& s) override;
  std::uint32_t draw(std::uint32_t n, Draw what) override;
  void yielded(kernel::ThreadId t) override { tired_ = t; }
  bool observes() const override { return true; }
  void read(const kernel::Graph& graph, kernel::Stamp stamp) override;
  void end(std::uint32_t steps) override;
  bool finished() const override { return closed_; }

 private:
  struct Point {
    std::uint32_t step;
    std::uint8_t which;
  };
  kernel::ThreadId next_after(const Situation& s, kernel::ThreadId t) const;

  InputSource& source_;
  FuzzInput input_;
  kernel::Vector<Point> switches_;
  kernel::Vector<Point> stores_;
  std::size_t next_switch_ = 0;
  std::size_t next_store_ = 0;
  std::size_t next_choice_ = 0;
  std::uint32_t step_ = 0;
  std::uint64_t execution_ = 0;
  kernel::ThreadId tired_ = kernel::no_thread;  // let others move
  bool closed_ = false;
};

}  // namespace heddle::explore
