// Random exploration: one execution after another, each drawn by a strategy among everything the memory model
// allows.
//
// The same graph as the exhaustive search, never cut back, forgotten from behind when it grows long.
#pragma once

#include "checker/explore/explorer.hpp"
#include "checker/explore/minimise.hpp"
#include "checker/explore/random/strategy.hpp"
#include "checker/explore/spin_watch.hpp"
#include "checker/kernel/graph.hpp"
#include "checker/models/model.hpp"

namespace heddle::explore {

struct RandomOptions {
  kernel::ThreadId threads = 8;  // room to begin with; grows by starting an execution again
  kernel::ThreadId threads_max = 256;
  std::uint64_t max_events = 10'000'000;  // operations in one execution
  std::uint64_t max_executions = 0;       // 0: no bound
  bool timeouts_are_choices = false;      // as a replayed schedule has it
  kernel::Stamp history_max = 1U << 16;   // events kept; beyond it old history is forgotten (compact)
};

class RandomExplorer final : public Explorer {
 public:
  RandomExplorer(models::Model& model, Strategy& strategy, const RandomOptions& options);

  bool next_execution() override;
  Move arrive(kernel::ThreadId t, const kernel::Operation& op) override;
  void end_execution(Ending ending) override;
  const kernel::EventIndex* clock(kernel::ThreadId t) const override { return graph_.clocks()[graph_.hb(t)]; }
  kernel::EventIndex now(kernel::ThreadId t) const override { return graph_.index_of_last(t); }
  kernel::ThreadId clock_size() const override { return graph_.thread_capacity(); }
  std::span<const BlockedThread> blocked_threads() const override {
    return {blocked_.data(), blocked_.size()};
  }
  const Divergence& divergence() const override { return divergence_; }
  const Counts& counts() const override { return counts_; }
  bool timeouts_are_choices() const override { return options_.timeouts_are_choices; }
  void schedule(Schedule& out) const override { out = {decisions_, options_.timeouts_are_choices}; }
  std::int64_t completed_bound() const override { return strategy_.completed(); }
  // The strategy has no more executions.
  bool finished() const { return strategy_.finished(); }
  const char* phase() const override { return strategy_.name(); }

  // From the next execution on, `steps` of each execution are kept.
  void record_steps() { recording_ = true; }
  const Steps& steps() const { return steps_; }

 private:
  static constexpr std::uint32_t nowhere = ~std::uint32_t{0};
  // What a thread read last, to notice a loop that only reads.
  struct Reading {
    std::uintptr_t pc = 0;
    kernel::LocationId location = 0;
    kernel::Stamp source = 0;
    std::uint32_t repeats = 0;
  };
  struct Thread {
    std::uint32_t slot = nowhere;  // index in movable_
    bool parked = false;           // an await that nothing satisfies now
    bool spinning = false;         // parked in a loop that goes round until a location it reads changes
    bool doubted = false;          // its loops are called loops only if memory stays the same too
    kernel::EventIndex loop_begin = 0;
    std::uint32_t alone = 0;  // operations since another thread moved or it stored
    SpinWatch watch;
    Reading reading;

    void reset() {
      slot = nowhere;
      parked = spinning = doubted = false;
      loop_begin = 0;
      alone = 0;
      watch.reset();
      reading = {};
    }
  };

  void add_thread(kernel::ThreadId t);
  void make_movable(kernel::ThreadId t);
  void make_immovable(kernel::ThreadId t);
  void unpark(kernel::ThreadId t);
  void classify(kernel::ThreadId t);
  // Calls visit(event) for each read of the loop the thread has just gone round; false ends the visit.
  template <class Visit>
  bool all_loop_reads(kernel::ThreadId t, Visit&& visit) const;
  bool may_give_up(const kernel::Operation& op) const { return op.timed && !options_.timeouts_are_choices; }
  bool reads_latest_only(const kernel::Operation& op) const;
  bool satisfiable(kernel::ThreadId t, const kernel::Operation& op) const;
  bool doubt_spinners();
  void advance(kernel::ThreadId current, Move& move);
  // True: `move` says who goes on. False: the thread ended, or cannot move after all.
  bool perform(kernel::ThreadId t, Situation& situation, Move& move);
  kernel::Stamp add_read(kernel::ThreadId t, const kernel::Operation& op);
  kernel::Stamp add_write(kernel::ThreadId t, const kernel::Operation& op);
  void wake(kernel::LocationId location);
  void notice_reading(kernel::ThreadId t, const kernel::Operation& op, kernel::Stamp source);
  void collect_blocked();

  models::Model& model_;
  Strategy& strategy_;
  const bool strategy_observes_;
  RandomOptions options_;
  kernel::Graph graph_;
  kernel::Graph scratch_;
  kernel::Vector<Thread> threads_;  // those of earlier executions too: see threads_count_
  std::size_t threads_count_ = 0;
  kernel::Vector<const kernel::Operation*> pending_;
  kernel::Vector<std::uint8_t> gives_up_;
  kernel::Vector<kernel::ThreadId>
      movable_;  // the one that runs as well, until it arrives where it cannot move
  kernel::Vector<kernel::ThreadId> parked_;
  kernel::Vector<BlockedThread> blocked_;
  kernel::Vector<Decision> decisions_;
  Steps steps_;
  bool recording_ = false;
  std::uint32_t step_ = 0;
  std::uint32_t alternative_ = 0;  // of the step being done
  kernel::ThreadId room_;
  bool again_ = false;  // too little room for threads: the same execution once more
  std::uint64_t number_ = 0;
  Divergence divergence_;
  Counts counts_;
};

}  // namespace heddle::explore
