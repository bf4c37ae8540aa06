// Runs the threads of a litmus program one read at a time. Which store a read takes its value from is the
// caller's choice; everything between two reads is determined.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "tests/oracle/execution.hpp"
#include "tests/oracle/program.hpp"

namespace heddle::oracle {

// Names an event independently of when it was added: the index-th event of a thread, or (thread absent) the
// initial store of the location `index`.
struct EventName {
  std::optional<std::size_t> thread;
  std::size_t index;
  friend auto operator<=>(const EventName&, const EventName&) = default;
};

// A thread that has run up to its next read, or to its end.
class ThreadRun {
 public:
  explicit ThreadRun(const Thread& thread, std::size_t id);

  // The location the next operation reads; nothing when the thread has ended.
  std::optional<std::size_t> pending_read() const;
  // Whether that operation is an rmw or compare-exchange. There must be one.
  bool pending_is_locked() const;

  // Performs the pending read with the value of the store `source`, and runs on to the next read.
  void read(EventName source, Value value);

  const std::vector<Event>& events() const { return events_; }
  // The sources of the thread's reads so far, in program order: they determine everything else.
  const std::vector<EventName>& sources() const { return sources_; }
  const std::vector<Value>& registers() const { return registers_; }
  // Whether the event is the read of an rmw; its write is then the next event.
  bool reads_to_modify(std::size_t event) const;

 private:
  struct Frame {
    const Block* block;
    std::size_t next;
  };

  void run_to_next_read();
  void emit(EventKind kind, Order order, std::size_t location, Value value, bool locked = false);
  Value evaluate(const Expression& expression) const;

  std::size_t id_;
  std::vector<Frame> frames_;
  std::vector<Value> registers_;
  std::vector<Event> events_;
  std::vector<EventName> sources_;
  std::vector<std::size_t> modifying_reads_;
};

}  // namespace heddle::oracle
