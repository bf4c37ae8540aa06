// RFF: reads-from fuzzing.
//
// Source: Wolff, Shi, Duck, Mathur, Roychoudhury, "Greybox fuzzing for concurrency testing", ASPLOS 2024. An
// abstract schedule is a set of constraints: this read is to read from that write, or must not, an access
// being an instruction with what it accesses, whichever thread executes it. Executions try to meet the
// constraints of one abstract schedule, and are otherwise drawn by POS. Abstract schedules whose executions
// read what no execution read before are kept; new ones are made of them by adding, removing, negating and
// replacing constraints. How often one is taken grows with every turn it had and falls with the number of
// executions that had the same reads as its first (the cut-off exponential schedule of Böhme, Pham,
// Roychoudhury, "Coverage-based greybox fuzzing as Markov chain", CCS 2016). Differences: a constraint also
// decides which of several coherent stores an atomic read takes; accesses and rf pairs are remembered up to a
// number; a schedule that makes the rest wait for long is given up for the execution.
#pragma once

#include "checker/explore/random/known_accesses.hpp"
#include "checker/explore/random/pos.hpp"
#include "checker/explore/random/strategy.hpp"
#include "checker/kernel/memory.hpp"
#include "checker/kernel/random.hpp"

namespace heddle::explore {

class Rff final : public Strategy {
 public:
  explicit Rff(std::uint64_t seed) : seed_(seed), pos_(seed) { corpus_.push_back({}); }
  const char* name() const override { return "rff"; }
  void begin(std::uint64_t execution) override;
  kernel::ThreadId pick(const Situation& s) override;
  std::uint32_t draw(std::uint32_t n, Draw what) override;
  void spawned(kernel::ThreadId t) override { pos_.spawned(t); }
  void arrived(kernel::ThreadId t) override { pos_.arrived(t); }
  void performed(kernel::ThreadId t, const kernel::Operation& op, const Situation& s) override;
  void yielded(kernel::ThreadId t) override;
  void waited(kernel::ThreadId t) override;
  bool observes() const override { return true; }
  void read(const kernel::Graph& graph, kernel::Stamp stamp) override;
  void wrote(const kernel::Graph& graph, kernel::Stamp stamp) override;
  void end(std::uint32_t steps) override;

  // Kept abstract schedules, the empty one included, and different rf pairs seen.
  std::size_t kept() const { return corpus_.size(); }
  std::uint64_t pairs_seen() const { return accesses_.pairs(); }

 private:
  struct Constraint {
    std::uint64_t place;
    AccessId write;  // no_access: the initial value
    AccessId read;
    bool positive;
  };
  static constexpr std::uint32_t constraints_max = 8;
  struct Abstract {
    Constraint constraints[constraints_max];
    std::uint32_t size = 0;
    std::uint32_t turns = 0;
    std::uint64_t reads = 0;  // the set of pairs of the execution it was kept for
  };
  enum class Advice : std::uint8_t { wait, indifferent, now };

  void choose_schedule();
  void mutate(Abstract& schedule);
  bool draw_constraint(Constraint& out);
  Advice advice(const kernel::Operation& op) const;
  void stored(std::uint64_t place, AccessId access);
  void happened(std::uint64_t place, AccessId write, AccessId read);
  void lose_patience(std::uint32_t by);

  std::uint64_t seed_;
  Pos pos_;
  kernel::Random random_;
  KnownAccesses accesses_;
  kernel::Vector<Abstract> corpus_;
  std::size_t turn_ = 0;      // in corpus_
  std::uint32_t energy_ = 0;  // executions that the schedule whose turn it is still has
  std::uint64_t execution_ = 0;

  // The current execution.
  Abstract schedule_;
  bool is_last_[constraints_max] = {};  // the write of the constraint is the latest to its place
  bool met_[constraints_max] = {};      // the read of a positive one has read from its write
  std::uint32_t patience_ = 0;
  AccessId moving_ = no_access;  // what the operation being performed is
  std::uint64_t moving_place_ = 0;
  kernel::Vector<AccessId> writes_;        // by stamp
  kernel::Vector<kernel::ThreadId> free_;  // scratch
  std::uint64_t reads_ = 0;
  bool new_pair_ = false;
};

}  // namespace heddle::explore
