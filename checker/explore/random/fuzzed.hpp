// Follows a fuzzer's bytes: every execution is a function of its input.
//
// The schedule is a list of records of three bytes: what, after how many steps since the record before (0 to
// 255), and which. It deviates from a policy where a record says so and nowhere else, so that a mutation of
// one record changes one decision. The policy is the default one (strategy.hpp) until a record names another:
// from there on it is a function of the seed in the record, so that the input still says everything. What is
// read from what, event by event, is told to the source as coverage: places in the code alone are all seen
// soon (docs/fuzzing.md).
#pragma once

#include "checker/explore/random/input_source.hpp"
#include "checker/explore/random/pos.hpp"
#include "checker/explore/random/strategy.hpp"
#include "checker/kernel/memory.hpp"
#include "checker/kernel/random.hpp"

namespace heddle::explore {

class Fuzzed final : public Strategy {
 public:
  static constexpr std::size_t record_bytes = 3;
  // The first byte of a record, modulo 8; its other bits, and for a policy the number of steps, are the
  // policy's seed.
  enum What : std::uint8_t {
    change_thread,  // and 1 and 2
    other_store = 3,
    by_default,
    by_walk,        // a uniform choice of threads and stores
    by_order,       // POS
    by_priorities,  // a fixed order of the threads, the latest store; a switch puts the running thread last
  };

  explicit Fuzzed(InputSource& source) : source_(source), pos_(0) {}
  const char* name() const override { return "bytes"; }
  void begin(std::uint64_t execution) override;
  kernel::ThreadId pick(const Situation& s) override;
  std::uint32_t draw(std::uint32_t n, Draw what) override;
  void spawned(kernel::ThreadId t) override;
  void arrived(kernel::ThreadId t) override;
  void performed(kernel::ThreadId t, const kernel::Operation& op, const Situation& s) override;
  void yielded(kernel::ThreadId t) override;
  void waited(kernel::ThreadId t) override;
  bool observes() const override { return true; }
  void read(const kernel::Graph& graph, kernel::Stamp stamp) override;
  void end(std::uint32_t steps) override;
  bool finished() const override { return closed_; }

 private:
  struct Point {
    std::uint32_t step;
    std::uint8_t which;
  };
  struct Policy {
    std::uint32_t step;
    What what;
    std::uint32_t seed;
  };
  // The last write to a place in plain memory.
  struct PlainWrite {
    std::uint64_t place = 0;
    std::uint64_t begun = 0;
    std::uint64_t event = 0;
  };
  static constexpr std::size_t plain_writes_max = 1024;

  kernel::ThreadId next_after(const Situation& s, kernel::ThreadId t) const;
  kernel::ThreadId by_policy(const Situation& s);
  kernel::ThreadId highest(const Situation& s) const;
  void take_policy();
  void happened(std::uint64_t reader, std::uint64_t source);

  InputSource& source_;
  FuzzInput input_;
  kernel::Vector<Point> switches_;
  kernel::Vector<Point> stores_;
  kernel::Vector<Policy> policies_;
  std::size_t next_switch_ = 0;
  std::size_t next_store_ = 0;
  std::size_t next_policy_ = 0;
  std::size_t next_choice_ = 0;
  std::uint32_t step_ = 0;
  std::uint64_t execution_ = 0;
  std::uint64_t begun_ = 0;                     // executions, also those begun again
  kernel::ThreadId tired_ = kernel::no_thread;  // let others move
  bool closed_ = false;

  What policy_ = by_default;
  kernel::Random random_;  // by_walk
  Pos pos_;                // by_order
  bool follows_pos_ = false;
  kernel::Vector<std::uint32_t> priorities_;  // by_priorities: by thread, the highest moves
  std::uint32_t lowest_ = 0;

  kernel::Vector<std::uint32_t> performed_;  // operations by thread
  PlainWrite plain_writes_[plain_writes_max];
};

}  // namespace heddle::explore
