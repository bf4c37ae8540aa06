// Runs the program once for each graph of the search: repeats the recorded events, then extends the graph.
#pragma once

#include <algorithm>

#include "checker/explore/exhaustive/gathering.hpp"
#include "checker/explore/exhaustive/graph_search.hpp"
#include "checker/explore/exhaustive/memo.hpp"
#include "checker/explore/exhaustive/spin.hpp"
#include "checker/explore/exhaustive/walk.hpp"
#include "checker/explore/explorer.hpp"
#include "checker/explore/spin_watch.hpp"

namespace heddle::explore {

struct ExhaustiveOptions {
  kernel::ThreadId threads = 8;  // room to begin with; grows by starting again
  kernel::ThreadId threads_max = 256;
  std::uint64_t max_events = 10'000'000;  // in one execution
  std::uint64_t max_memory = 1ULL << 30;  // bytes, of the graphs and open items of an execution
  std::uint64_t max_executions = 0;       // 0: no bound
  std::uint32_t share = 0;                // of so many shares of the search, this one only
  std::uint32_t shares = 1;
  bool recall = false;               // executions may be recalled (memo.hpp)
  std::uint64_t recall_after = 500;  // run so many executions before any is recalled
  std::uint64_t shuffle_seed = 0;    // not 0: extend threads in random order (changes no count; for tests)
  // Threads start as soon as they are created also where a graph is repeated, not only when they are needed:
  // for searches that go on after a race (turns.cpp).
  bool early_starts = true;
  Reductions reductions;
};

// Threads that have stored nothing in the first execution that came to its end (turns.cpp).
struct Readers {
  kernel::Vector<kernel::ThreadId> threads;
  bool settled = false;  // false: the first execution is still to tell
};

// What all parts of a search must agree on for their items to be the same.
struct Ground {
  kernel::ThreadId threads = 0;          // room for vector clocks; 0: as the options say
  kernel::Vector<std::uintptr_t> loops;  // instructions known to read in spin loops
  bool rounds_stay = false;              // see Explorer::keep_rounds
  bool states_vary = false;              // of threads, not only with their histories: loops are not recalled
  bool revisited_mutexes = false;        // locks are not all that is done to mutexes
  bool ordered_barriers = false;  // some barrier needs its arrivals explored in all orders (gathering.hpp)
  Readers readers;
  UnorderedGround unordered;
};

class ExhaustiveExplorer : public Explorer {
 public:
  ExhaustiveExplorer(models::Model& model, const ExhaustiveOptions& options);

  bool next_execution() override;
  bool recall() override;
  Memo* memo() override { return memo_.on() ? &memo_ : nullptr; }
  void remember() override {
    if (options_.recall) memo_.switch_on(options_.recall_after);
  }
  Move arrive(kernel::ThreadId t, const kernel::Operation& op) override;
  void looked_at(std::uintptr_t object) override;
  void end_execution(Ending ending) override;
  const kernel::EventIndex* clock(kernel::ThreadId t) const override;
  kernel::EventIndex now(kernel::ThreadId t) const override;
  kernel::ThreadId clock_size() const override { return search_.graph().thread_capacity(); }
  std::span<const BlockedThread> blocked_threads() const override {
    return {blocked_.data(), blocked_.size()};
  }
  const Divergence& divergence() const override { return divergence_; }
  const Counts& counts() const override { return counts_; }
  bool timeouts_are_choices() const override { return true; }
  void schedule(Schedule& out) const override;

  // For the executions to come.
  void limit_events(std::uint64_t max_events) {
    options_.max_events = std::min(options_.max_events, max_events);
  }
  // An execution was cut because of max_memory.
  bool needs_more_memory() const { return needs_more_memory_; }
  bool verified() const override { return exhausted_ && counts_.cut == 0; }
  bool counts_this() const override { return !walk_.only_leads(); }
  ExhaustiveExplorer* exhaustive() override { return this; }
  bool took_back() const override { return took_back_; }
  bool keep_rounds() override;
  const char* phase() const override { return "exhaustive"; }
  const kernel::Graph& graph() const { return search_.graph(); }

  // Works on these parts only, instead of on the whole search; `counts` were counted before. Before the first
  // execution, or between two.
  void take_up(const Ground& ground, std::span<const Part> parts, const Counts& counts);
  // Between two executions: what take_up would need to continue from here.
  const Walk& walk() const { return walk_; }
  Walk& walk() { return walk_; }
  Ground ground() const;
  bool knows_loops() const { return !loopy_.empty(); }
  // An execution has told what the first one tells (Readers, UnorderedGround). Before that only the whole
  // search, or all that is left of it, can be worked on.
  bool is_settled() const { return readers_.settled && search_.unordered().ground().settled; }
  // Begins anew, on ground that another found to be needed. Between two executions.
  void begin_anew_on(const Ground& ground);
  // The search has begun anew, on new ground, since the last call.
  bool began_anew();
  bool has_begun_anew() const { return began_anew_; }

 protected:
  // Moves to the next graph to run; false: there is none.
  virtual bool next_graph() { return walk_.next(); }
  // Forgets everything and begins again.
  virtual void begin_anew();
  // The run of the graph has ended. `counted`: it was an execution.
  virtual void ran(bool /*counted*/) {}
  // An execution was counted that differs from the present one only in this.
  virtual void counted(const GraphSearch::Leaf& /*difference*/) {}

  GraphSearch& search() { return search_; }
  kernel::ThreadId room() const { return options_.threads; }

 private:
  enum class State : std::uint8_t { absent, unstarted, running, waiting, answered, blocked, finished };
  enum class Rank : std::uint8_t { starts, others, reads, late_reads, spins };
  struct alignas(64) Thread {
    State state = State::absent;
    bool looks = false;                     // `watch` or `spin` mean something
    bool stores = false;                    // it has stored something, as settle_readers saw
    bool goes_last = false;                 // its reads come after those of others
    std::uint32_t tail = 0;                 // recalled: Memo::tail
    kernel::Stamp last = kernel::no_stamp;  // its newest event so far in this run
    Memo::Id node = Memo::none;             // its history
    const kernel::Operation* pending = nullptr;
    kernel::Answer answer;  // when answered
    SpinWatch watch;
    Spin spin;
  };

  // A rmw that wrote nothing and was tried again.
  struct Retried {
    std::uintptr_t pc = 0;
    std::uint32_t tries = 0;  // left; then it is taken for no loop
    bool returns = false;     // with the same registers and stack, once
  };
  Retried* retried_at(std::uintptr_t pc);

  void begin_run();
  void start(kernel::ThreadId t);
  // What is known of a thread's way, or an execution.
  enum class Recalled : std::uint8_t {
    no,      // too little
    yes,     // all so far
    dropped  // that it leads nowhere: a thread goes round in a loop
  };
  Recalled place_all();
  Recalled place(kernel::ThreadId t);
  kernel::ThreadId last_resumed() const;
  bool carry_out(kernel::ThreadId current);
  bool waits_for_mutex() const;
  bool repeat_accesses();
  bool repeat_accesses(const Memo::Node& node, const PlainMemory::Place& at);
  bool write_plain(const Memo::Node& node, const PlainMemory::Place& at);
  bool resolve(kernel::ThreadId t);
  PlainMemory::Place place_after(kernel::ThreadId t, kernel::Stamp last) const;
  bool may_be_cut(std::uint64_t operations) const;
  bool end_early();
  void count_leaves(std::uint64_t left);
  Recalled go_on(kernel::ThreadId t);
  Recalled recall_loop(kernel::ThreadId t);
  bool retrace(Thread& thread);
  bool recall_arrival(Thread& thread, const Memo::Node& node, kernel::EventIndex index,
                      SpinWatch::Verdict& verdict);
  void take_loops_back();
  // The thread came to its operation without running. (Recalling may have ended while the program runs.)
  bool is_recalled(const Thread& thread) const {
    return memo_.is_valid(thread.node) && thread.pending == &memo_[thread.node].operation;
  }
  bool may_spin(kernel::ThreadId t, const kernel::Operation& op);
  void follow_history(Thread& thread, kernel::Stamp last);
  Memo::Id history(kernel::Stamp last);
  Memo::Id before(const kernel::Event& operation);
  Memo::Id note_history(kernel::Stamp last, Memo::Id before);
  Memo::Id beginning(kernel::ThreadId t);
  // False: the run ends here, as `dropped`.
  bool compare_with_memo(kernel::ThreadId t, const kernel::Operation& op);
  // The same.
  bool watch_loop(kernel::ThreadId t, const kernel::Operation& op);
  bool finds_loop(kernel::ThreadId t, const kernel::Operation& op);
  SpinWatch::Verdict arrive_where_known(Thread& thread, const kernel::Operation& op,
                                        kernel::EventIndex index);
  bool go_round(kernel::ThreadId t, const kernel::Operation& op);
  bool learns_round(const Thread& thread);
  void watch_performed(Thread& mover, const kernel::Operation& op, kernel::Stamp stamp, bool wrote);
  void repeat(Move& move);
  Move extend(kernel::ThreadId current);
  Move perform(kernel::ThreadId t);
  kernel::ThreadId pick(kernel::ThreadId current);
  kernel::ThreadId pick_any();
  Rank rank(kernel::ThreadId t) const;
  bool settle_readers();
  void begin_to_learn();
  bool can_move(kernel::ThreadId t) const;
  Ending diverge(kernel::ThreadId t, const kernel::Event* e, const kernel::Operation* op);
  Move finish(Ending ending) { return {kernel::no_thread, {}, false, ending}; }
  void collect_blocked();
  bool ends_early() const;
  bool waits_for_facts() const;
  bool is_too_big();
  bool park_one();
  void block(kernel::ThreadId t, kernel::Stamp read);
  bool gathers() const { return options_.reductions.barriers && !ordered_barriers_; }
  bool gather(Move& move);
  bool block_gathering(Move& move);
  Move order_barriers();
  bool takes_rounds_back() const { return options_.reductions.spin_in_place && !rounds_stay_; }
  KnownRounds::State spin_state(const Thread& thread, const kernel::Operation& op);
  bool would_go_round(const Thread& thread, KnownRounds::State state, const kernel::Operation& op);
  void note_round(kernel::Stamp last, kernel::EventIndex begin);
  bool goes_round_counting(kernel::ThreadId t, kernel::EventIndex begin);
  bool breaks_discipline(kernel::ThreadId t, const kernel::Operation& op);
  bool spin_in_earnest();
  bool is_loopy(const kernel::Operation& op) const;
  bool reads_latest_from(const kernel::Event& last) const;
  void add_thread(kernel::ThreadId child);
  kernel::Answer answer_for(kernel::Stamp stamp, bool mo_last) const;

  ExhaustiveOptions options_;
  GraphSearch search_;
  Walk walk_;
  kernel::Vector<Thread> threads_;
  kernel::Stamp position_ = 0;  // next event to repeat
  kernel::Stamp replay_end_ = 0;
  // Threads that have begun in this run, in the order in which they did: when so many events were there.
  struct Start {
    kernel::ThreadId thread;
    kernel::Stamp events;
  };
  kernel::Vector<Start> starts_;
  kernel::ThreadId created_ = kernel::no_thread;  // and not started yet
  kernel::Vector<BlockedThread> blocked_;
  Divergence divergence_;
  Counts counts_;
  // Instructions known to read in spin loops. The search starts again when one is found, so that all of it
  // treats them alike: threads about to read there move last, and stop where they go round.
  kernel::Vector<std::uintptr_t> loopy_;
  kernel::Vector<Retried> retried_;
  Gathering gathering_;
  Memo memo_;
  PlainMemory memory_;                      // recalling
  kernel::Vector<kernel::Stamp> retraced_;  // recalling: what a watch has still to learn of
  kernel::Vector<kernel::Stamp> looped_;    // recalling: the ends of rounds that were found
  kernel::ThreadId busy_ = 0;               // recalling: threads that do more than join and end
  Readers readers_;
  Rank least_rank_ = Rank::starts;  // no other thread had a lower one when it was last looked
  bool ordered_barriers_ = false;
  std::uint64_t shuffle_state_ = 0;
  bool rounds_stay_ = false;
  bool states_vary_ = false;  // the same history of a thread, different states
  bool took_back_ = false;    // rounds of spin loops, in this execution
  bool stale_ = false;        // it ended where somebody waits for what has happened
  bool restart_ = false;
  bool again_ = false;  // the present graph is to be run once more, from where it began
  bool began_anew_ = false;
  bool exhausted_ = false;
  bool needs_more_memory_ = false;
};

}  // namespace heddle::explore
