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
// Whether a stretch is closed is the host's to say (runtime/territory.hpp): it calls `open` for one that is
// not, and `conflict` when a stretch that counted as closed is found not to be, because another thread
// touches the same memory. All executions so far consisted of stretches that were closed among themselves, so
// what was explored holds, and only the tree is forgotten. Run in any case are loops that may spin
// (spin_watch.hpp looks at the running thread), and operations on anything but atomic objects and threads,
// whose frontends keep more than the kernel knows.
//
// A stretch that is run again must do what it did: every run of the program is compared with the tree. A
// difference means that the program has state nobody sees (code without instrumentation), and the search
// begins anew without the tree. So that it is noticed the first executions are all run, and later one in some
// that are known.
#pragma once

#include <cstdint>

#include "checker/kernel/memory.hpp"
#include "checker/kernel/operation.hpp"
#include "checker/kernel/types.hpp"

namespace heddle::explore {

class Memo {
 public:
  // A history of a thread. 0: none is known. Never used again: after forget(), older ones mean nothing.
  using Id = std::uint32_t;
  static constexpr Id none = 0;

  struct alignas(64) Node {
    Id before = none;          // the history without the last operation
    Id started = none;         // if the last operation created a thread: that one's history at its beginning
    Id latest = none;          // the history longer by one operation that was asked for last
    std::uint32_t tail = 0;    // see tail(); 0: not known to be so
    kernel::Value answer = 0;  // to the last operation
    bool initial = false;      // and it was read from the initial value
    bool known = false;        // the thread has been seen here
    bool alone = false;        // no other thread had been created
    bool open = false;         // what brought it here depended on more than the answers
    bool recallable = false;   // its next operation can be carried out without running it
    bool returns = false;      // it has read at this instruction before, without a side effect since
    bool ended = false;        // the last operation was the thread's exit
    kernel::Operation operation;  // what the thread does next

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
  void open() { open_ = true; }
  // Something said to be closed is not. Takes effect when the execution ends.
  void conflict() { conflict_ = true; }

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
  bool is_valid(Id node) const { return node > base_ && node - base_ <= count_; }
  const Node& operator[](Id node) const { return at(node); }

  // A thread with this history has come to its next operation. False: it did something else before.
  bool arrive(kernel::ThreadId thread, Id node, const kernel::Operation& op, bool returns);

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
  Id make();
  std::uint32_t find_tail(Id node);
  Id& slot(Id node, kernel::Value answer, bool initial);
  void grow();
  void forget();

  kernel::Vector<Node*> chunks_;  // nodes never move: threads wait at their operations
  kernel::Vector<Id> answered_;   // by hash of the history before and the answer; at most half full
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
