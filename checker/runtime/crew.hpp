// An exhaustive search by several processes.
//
// The process that was started coordinates and explores nothing itself; it forks the workers before anything
// has run, so that all of them, and those that replace dead ones, begin in the same state with the same
// addresses. A worker has some parts of the search (explore/exhaustive/part.hpp). Now and then, and when
// somebody is idle, it reports in one message what it counted since its last report, what it has left and
// what it gives away: the shallowest open items, which hide most. A report is the only thing that counts:
// when a worker dies, what it had after its last report is given to others, and whatever it did since then is
// done again and counted once.
//
// What was counted and what is left according to the reports is therefore the whole search at any moment, and
// its size is estimated from just that: one more process, which has nothing to do otherwise, guesses what all
// that is left amounts to whenever the search has grown fourfold, for a small share of its processor time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "checker/explore/exhaustive/exhaustive_explorer.hpp"
#include "checker/explore/options.hpp"
#include "checker/runtime/channel.hpp"

namespace heddle::runtime {

// What a worker is told, and tells.
struct Task {
  std::uint32_t epoch = 0;  // of the ground; tasks of earlier ones are void
  explore::Ground ground;
  kernel::Vector<explore::Part> parts;
  // Not 0: nothing is to be explored. How many executions the parts have is to be guessed so often, or until
  // `guess_ns` of processor time are spent, by descents into executions of at most `guess_events` operations.
  std::uint32_t guesses = 0;
  std::int64_t guess_ns = 0;
  std::uint64_t guess_events = 0;
};
struct Report {
  std::uint32_t epoch = 0;
  explore::Counts counts;  // since the last report
  std::int64_t cpu_ns = 0;
  explore::Estimate estimate;  // of a task that is a guess: of its parts
  bool began_anew = false;     // on the ground given here; the rest has no meaning then
  explore::Ground ground;
  bool found_bug = false;
  bool finished = false;  // the task's last report
  kernel::Vector<explore::Part> left;
  kernel::Vector<explore::Part> given;
  explore::Bytes outcomes;  // since the last report (outcomes.hpp)
};

// Seen by all processes of the crew.
struct CrewPage {
  static constexpr std::uint32_t prints_max = 4096;
  std::uint32_t stop;    // report and leave
  std::uint32_t wanted;  // workers without work
  std::uint32_t epoch;
  std::uint32_t print_count;
  std::uint64_t prints[prints_max];  // fingerprints of the bugs reported so far
};

// A worker's side.
class WorkerPort {
 public:
  WorkerPort(Channel channel, CrewPage& page, unsigned number, bool first)
      : channel_(std::move(channel)), page_(page), number_(number), first_(first) {}

  // Blocks until there is work. False: leave.
  bool receive(Task& task);
  void report(const Report& report);
  void record(const char* text, std::size_t bytes, std::uint64_t key);
  // Why the whole run has to end.
  enum class Trouble : std::uint8_t { not_isolated, nondeterminism, unsupported, error };
  void trouble(Trouble what, const char* message);

  bool stopped() const { return __atomic_load_n(&page_.stop, __ATOMIC_RELAXED) != 0; }
  bool wanted() const { return __atomic_load_n(&page_.wanted, __ATOMIC_RELAXED) != 0; }
  bool is_void(std::uint32_t epoch) const { return __atomic_load_n(&page_.epoch, __ATOMIC_RELAXED) != epoch; }
  const CrewPage& page() const { return page_; }
  unsigned number() const { return number_; }
  bool first() const { return first_; }  // the first process with this number

 private:
  Channel channel_;
  CrewPage& page_;
  unsigned number_;
  bool first_;
};

// The coordinator's side of what the session decides.
class CrewOwner {
 public:
  virtual ~CrewOwner() = default;
  // In a new process: works until the port says to leave; its result is the process's exit code.
  virtual int work(WorkerPort& port) = 0;
  // Between two rounds of the coordinator, at least every tenth of a second: null, or why to stop.
  virtual const char* why_stop() = 0;
};

class Crew {
 public:
  Crew(CrewOwner& owner, unsigned size) : owner_(owner), size_(size) {}

  // Explores these parts. Returns why it ended, as the run protocol words it.
  const char* run(const explore::Ground& ground, const kernel::Vector<explore::Part>& parts,
                  const explore::Counts& counts, bool keep_going);
  const char* message() const { return message_; }

  const explore::Counts& counts() const { return counts_; }
  // Of all that the search has, never less than what was done.
  explore::Estimate estimate() const {
    const auto done = static_cast<double>(counts_.executions);
    return {estimate_.executions == 0 ? 0 : std::max(estimate_.executions, done), estimate_.spread};
  }
  const explore::Ground& ground() const { return ground_; }
  // Everything that is not counted yet.
  void rest(kernel::Vector<explore::Part>& out) const;
  bool found_bug() const { return found_bug_; }
  bool wants_isolation() const { return wants_isolation_; }
  std::int64_t cpu_ns() const { return cpu_ns_; }

 private:
  struct Worker {
    long pid = 0;
    Channel channel;
    bool busy = false;
    bool gone = false;
    std::uint32_t epoch = 0;
    bool guesses = false;  // the one that explores nothing
    unsigned deaths = 0;   // since its last report
    kernel::Vector<explore::Part> told;
  };

  bool hire(unsigned number, bool first);
  void hand_out();
  void guess_if_due();
  void send(Worker& worker, const Task& task);
  void listen(int timeout_ms);
  void take(Worker& worker, const Message& message);
  void take_report(Worker& worker, const Message& message);
  void take_record(const Message& message);
  void look_for_dead();
  void bury(Worker& worker, int status);
  void dismiss();
  bool anyone_busy() const;

  CrewOwner& owner_;
  const unsigned size_;
  CrewPage* page_ = nullptr;
  kernel::Vector<Worker> workers_;
  kernel::Vector<explore::Part> queue_;
  explore::Ground ground_;
  explore::Counts counts_;
  explore::Estimate estimate_;
  std::uint64_t guess_at_ = 0;    // executions after which to estimate (again)
  std::uint64_t guessed_at_ = 0;  // that were counted when the latest guess began
  std::uint32_t epoch_ = 1;
  std::int64_t cpu_ns_ = 0;
  bool found_bug_ = false;
  bool wants_isolation_ = false;
  bool leaving_ = false;
  bool keep_going_ = false;
  const char* reason_ = nullptr;
  char message_[1024] = {};
};

}  // namespace heddle::runtime
