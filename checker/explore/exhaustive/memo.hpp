// What the program's threads are known to do, so that an execution of which all is known need not be run.
//
// Between two of its operations a thread runs *alone*: what it does is a function of what its operations have
// answered so far, if it touches no memory that another thread touches and calls nothing that others can
// notice. Such a stretch of code is *closed*; after one that is *open* the thread may have kept what it
// learned. A thread is then a tree: a node is a history of answers and says what the thread's next operation
// is, as long as no stretch of it was open. The search over graphs needs nothing else of a program: where the
// tree is known, the graph is extended from it (recall.cpp), which costs a sixth of running the program.
// Nothing is left out: the same graphs are visited, in the same order.
//
// Where a stretch accesses plain memory that threads share (plain_memory.hpp), it is a function of what it
// reads there as well. So a history goes on with the values read, in the order in which they were; and for
// each history is known what the stretch has written when it ends. What it reads after it has written it, or
// read it, is its own. What such memory holds at first is a function of what the main thread did while it was
// alone.
//
// Whether a stretch is closed is the host's to say (runtime/territory.hpp): it calls `open` for one that is
// not, and `conflict` when a stretch that counted as closed is found not to be, because another thread
// touches the same memory. All executions so far consisted of stretches that were closed among themselves, so
// what was explored holds, and only the tree is forgotten. Run in any case are operations on anything but
// atomic objects, mutexes and threads, whose frontends keep more than the kernel knows.
//
// Where a thread may spin, its state belongs to what is known of it: fingerprints that last
// (kernel::Fingerprint) are functions of the history as well (recalled_loops.cpp).
//
// A stretch that is run again must do what it did: every run of the program is compared with the tree. A
// difference means that the program has state nobody sees (code without instrumentation), and the search
// begins anew without the tree. So that it is noticed the first executions are all run, and later one in some
// that are known.
#pragma once

#include <cstdint>
#include <span>

#include "checker/explore/exhaustive/plain_memory.hpp"
#include "checker/kernel/memory.hpp"
#include "checker/kernel/operation.hpp"
#include "checker/kernel/types.hpp"

namespace heddle::explore {

class Memo {
 public:
  // A history of a thread. 0: none is known. Never used again: after forget(), older ones mean nothing.
  using Id = std::uint32_t;
  static constexpr Id none = 0;
  static constexpr VariableId no_variable = ~VariableId{0};
  // What is in memory.
  using Look = kernel::Value (*)(std::uintptr_t address, std::size_t bytes);

  struct alignas(64) Node {
    Id before = none;          // the history without the last operation, or without the last value read
    Id reached = none;         // this one without the values read since the last operation
    Id started = none;         // if the last operation created a thread: that one's history at its beginning
    Id latest = none;          // the history longer by one operation that was asked for last
    std::uint32_t tail = 0;    // see tail(); 0: not known to be so
    kernel::Value answer = 0;  // to the last operation, or the value read
    VariableId variable = no_variable;  // what the thread reads next, before it comes to an operation
    std::uint32_t writes = 0;           // what it has written: the first in writes(), and how many
    std::uint32_t write_count = 0;
    std::uint32_t initial_values = 0;  // the first thread is created next: initial_values(), 0: not known
    bool touches = false;              // it has read or written shared memory since the last operation
    bool initial = false;              // and it was read from the initial value
    bool known = false;                // the thread has been seen here
    bool alone = false;                // no other thread had been created
    bool open = false;                 // what brought it here depended on more than the answers
    bool recallable = false;           // its next operation can be carried out without running it
    std::uint32_t spin_state = 0;      // of its next operation (known_rounds.hpp), 0: not known
    bool returns = false;              // it may have read here before, without a side effect since
    bool watched = false;              // its state is told (Operation::state)
    bool has_state = false;            // and known:
    std::uint64_t state = 0;           // the fingerprint, if that lasts
    bool ended = false;                // the last operation was the thread's exit
    kernel::Operation operation;       // what the thread does next

    bool can_go_on() const { return known && !open && recallable; }
  };

  bool on() const { return on_; }
  // From so many runs of the program on executions may be recalled.
  void switch_on(std::uint64_t runs) {
    on_ = true;
    runs_first_ = runs;
  }
  void switch_off();

  // ---- for the host, while a thread runs
  // What the running thread does since its last operation depends on more than its history.
  void open() {
    if (!open_) open_at_ = read_count_;
    open_ = true;
  }
  // Something said to be closed is not. Takes effect when the execution ends.
  void conflict() { conflict_ = true; }
  // It is about to access shared plain memory that is accessed as a whole only. False: there is no room for
  // that.
  bool access(std::uintptr_t address, std::size_t bytes, bool write, Look look);

  // ---- for the explorer
  Id root();
  // The history that is longer by an answer of node's operation. none: node is none, or there is no room.
  Id after(Id node, kernel::Value answer, bool initial);
  // The beginning of the thread that was created by the last operation of this history.
  Id started(Id node);
  // If all a thread with this history does from now on is to join others and to end: one more than the events
  // that makes. 0: it is not known to do nothing else.
  std::uint32_t tail(Id node) {
    if (node == none) return 0;
    const std::uint32_t known = at(node).tail;
    return known != 0 ? known : find_tail(node);
  }
  // The same, if it has not come to its next operation yet, and may do something before.
  std::uint32_t tail_ahead(Id node) { return node == none || at(node).touches ? 0 : tail(node); }
  // There is plain memory that threads share.
  bool shares() const { return variable_count_ != 0; }
  // After the history it reads this value in the node's variable. none: it is not known to.
  Id after_reading(Id node, kernel::Value value);
  struct Write {
    VariableId variable;
    kernel::Value value;
  };
  std::span<const Write> writes(const Node& node) const {
    return {writes_.data() + node.writes, node.write_count};
  }
  // What the variables hold when the main thread comes to this node, where it creates the first thread.
  std::span<const kernel::Value> initial_values(const Node& node) const;
  bool is_valid(Id node) const { return node > base_ && node - base_ <= count_; }
  const Node& operator[](Id node) const { return at(node); }

  // A thread with this history has come to its next operation; what it has read since belongs to the history
  // then. False: it did something else before.
  bool arrive(kernel::ThreadId thread, Id& node, const kernel::Operation& op, bool returns);

  // A thread with this history has this state, where its next operation is said to be. False: it was another
  // before.
  bool note_state(Id node, const kernel::Operation& op, const kernel::Fingerprint& state);
  // The state in which a thread with this history is about to read in a spin loop.
  void note_spin_state(Id node, std::uint32_t state) {
    if (node != none && at(node).known) at(node).spin_state = state;
  }

  // It is too early to recall anything.
  bool only_learns() const { return run_ < runs_first_; }
  // An execution that is known is to be run all the same, and compared: one in 64, later ever fewer.
  bool wants_run();
  void count_recalled() { ++recalled_; }
  void count_run();
  // An execution has ended.
  void settle();

 private:
  static constexpr std::uint32_t chunk = 128;
  Node& at(Id node) const {
    const std::uint32_t i = node - base_ - 1;
    return chunks_[i / chunk][i % chunk];
  }
  struct Variable {
    std::uintptr_t address = 0;
    std::size_t bytes = 0;
    std::uint64_t known_in = 0;  // the stretch that has read or written it
    std::uint64_t written_in = 0;
  };
  struct Read {
    VariableId variable;
    kernel::Value value;
  };

  Id make();
  Id& next(Id node, kernel::Value answer, bool initial);
  bool follow_reads(Id& node, std::uint32_t count, bool ends);
  bool follow_writes(Node& n);
  bool note_initial_values(Node& n);
  void end_stretch();
  VariableId variable_at(std::uintptr_t address, std::size_t bytes);
  std::uint32_t find_tail(Id node);
  Id& slot(Id node, kernel::Value answer, bool initial);
  void grow();
  void forget();

  kernel::Vector<Node*> chunks_;  // nodes never move: threads wait at their operations
  kernel::Vector<Id> answered_;   // by hash of the history before and the answer; at most half full
  kernel::Vector<Write> writes_;
  kernel::Vector<kernel::Value> initial_values_;  // by node, variables_max each
  Variable variables_[PlainMemory::variables_max];
  VariableId variable_count_ = 0;
  Look look_ = nullptr;
  // Of the running thread, since its last operation.
  Read reads_[PlainMemory::variables_max];
  VariableId written_[PlainMemory::variables_max];
  std::uint32_t read_count_ = 0;
  std::uint32_t written_count_ = 0;
  std::uint32_t open_at_ = 0;  // so many values had been read when it became open
  std::uint64_t stretch_ = 1;
  Id base_ = 0;
  std::uint32_t count_ = 0;
  bool on_ = false;
  bool open_ = false;
  bool conflict_ = false;
  std::uint32_t conflicts_ = 0;
  std::uint64_t runs_first_ = 0;
  std::uint64_t asked_ = 0;     // wants_run
  std::uint64_t compared_ = 0;  // how often the answer was yes
  std::uint64_t run_every_ = 64;
  std::uint64_t recalled_ = 0;  // executions
  std::uint64_t run_ = 0;
};

}  // namespace heddle::explore
