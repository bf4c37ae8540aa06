// SURW: selectively uniform random walk.
//
// Source: Zhao, Wolff, Mathur, Roychoudhury, "Selectively uniform concurrency testing", ASPLOS 2025. One
// shared location is interesting in each execution, drawn among those earlier executions shared. Which thread
// makes the next interesting access is drawn by how many each is expected to make still, those of threads it
// is yet to create included: if the expectation is right, all interleavings of the interesting accesses are
// equally likely. Other threads wait when they come to such an access; all else is a uniform choice among
// threads. Differences: locations take turns, in a random order each round, instead of being drawn each time,
// which reaches the one that matters sooner; the expectation is the largest count of several earlier
// executions; the choice is made anew when nothing interesting happens for long (spinning threads); and
// another strategy may choose in place of the uniform walk. Over POS, which samples the order of everything
// else that races, it finds what neither finds alone: see docs/benchmarks.md.
#pragma once

#include <type_traits>

#include "checker/explore/random/pos.hpp"
#include "checker/explore/random/random_walk.hpp"
#include "checker/explore/random/strategy.hpp"
#include "checker/kernel/memory.hpp"
#include "checker/kernel/random.hpp"

namespace heddle::explore {

// Rest chooses among the threads that are not held back, and whenever nothing is interesting.
template <class Rest>
class SurwOver final : public Strategy {
 public:
  explicit SurwOver(std::uint64_t seed) : seed_(seed), rest_(seed) {}
  const char* name() const override { return std::is_same_v<Rest, Pos> ? "surw+pos" : "surw"; }
  void begin(std::uint64_t execution) override;
  kernel::ThreadId pick(const Situation& s) override;
  std::uint32_t draw(std::uint32_t n, Draw) override { return random_.below(n); }
  void spawned(kernel::ThreadId t) override;
  void arrived(kernel::ThreadId t) override { rest_.arrived(t); }
  void performed(kernel::ThreadId t, const kernel::Operation& op, const Situation& s) override;
  void yielded(kernel::ThreadId t) override;
  void waited(kernel::ThreadId t) override;
  void end(std::uint32_t steps) override;

 private:
  // How often a thread accessed a location.
  struct Accesses {
    std::uint64_t location;
    kernel::ThreadId thread;
    std::uint32_t count;
    bool writes;
  };
  struct Thread {
    kernel::ThreadId parent = kernel::no_thread;  // in the latest execution that had this thread
    std::uint64_t remaining = 0;                  // interesting accesses of it and of threads it will create
    bool alive = false;
  };
  bool interesting(const kernel::Operation* op) const;
  void draw_location();
  void begin_round();
  void expect(std::size_t first, std::size_t last);
  // Draws among the threads of which `may` is true.
  template <class May>
  void intend(const Situation& s, May&& may);
  void learn();
  Thread& thread(kernel::ThreadId t);

  std::uint64_t seed_;
  Rest rest_;
  kernel::Random random_;
  kernel::Vector<Thread> threads_;
  kernel::Vector<Accesses> profile_;       // by location, then thread
  kernel::Vector<std::uint64_t> round_;    // locations whose turn to be interesting is still to come
  kernel::Vector<kernel::ThreadId> free_;  // movable and not held back; scratch
  kernel::Vector<Accesses> seen_;          // of the current execution, if it is profiled
  std::uint64_t begun_ = 0;                // executions; not all are this strategy's
  bool profiling_ = false;
  std::uint64_t location_ = 0;  // the interesting one; 0: none, the walk is uniform
  kernel::ThreadId intended_ = kernel::no_thread;
  kernel::ThreadId last_spawner_ = kernel::no_thread;
  std::uint32_t idle_ = 0;  // moves since the last interesting one
};

extern template class SurwOver<RandomWalk>;
extern template class SurwOver<Pos>;
using Surw = SurwOver<RandomWalk>;
using SurwOverPos = SurwOver<Pos>;

}  // namespace heddle::explore
