#include "checker/runtime/crew.hpp"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <new>

#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/outcomes.hpp"
#include "checker/runtime/raw_syscall.hpp"
#include "checker/runtime/real_clock.hpp"
#include "checker/runtime/records.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/watchdog.hpp"

namespace heddle::runtime {
namespace {

using explore::Bytes;
using explore::Part;

enum Kind : std::uint8_t { kind_task, kind_report, kind_record, kind_trouble };

// Work handed out at a time: enough that a worker seldom waits, little enough that others get some.
constexpr std::size_t parts_of_a_task = 4;
constexpr int round_ms = 100;
constexpr std::int64_t patience_ns = 2'000'000'000;  // for the last reports
// A part that kills every worker is not a worker's bad luck.
constexpr unsigned deaths_max = 20;
// Smaller searches are over sooner than their estimate.
constexpr std::uint64_t executions_before_guess = 1000;
constexpr std::uint64_t growth_between_guesses = 4;
constexpr std::uint32_t guesses_max = 64;
constexpr std::int64_t guess_ns_min = 50'000'000;
constexpr std::int64_t guess_share = 20;  // of the processor time spent so far, one in so much
// A descent into a loop without an end is cut: an execution so much longer than the average one so far.
constexpr std::uint64_t guess_events_factor = 16;
constexpr std::uint64_t guess_events_slack = 1000;

void put_real(Bytes& out, double number) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &number, sizeof bits);
  explore::put_number(out, bits);
}

// Numbers and parts of a message, in the order they were put. A message of our own is never damaged.
class Reader {
 public:
  explicit Reader(const Message& m) : at_(m.begin), end_(m.end) {}
  std::uint64_t number() {
    std::uint64_t result = 0;
    if (!explore::take_number(at_, end_, result)) engine_failure("a message between processes is damaged");
    return result;
  }
  double real() {
    const std::uint64_t bits = number();
    double result = 0;
    std::memcpy(&result, &bits, sizeof result);
    return result;
  }
  void parts(kernel::Vector<Part>& out) {
    out.clear();
    for (std::uint64_t left = number(); left > 0; --left) {
      out.emplace_back();
      if (!explore::take_part(at_, end_, out.back())) engine_failure("a part of the search is damaged");
    }
  }
  void ground(explore::Ground& out) {
    out.threads = static_cast<kernel::ThreadId>(number());
    out.revisited_mutexes = number() != 0;
    out.ordered_barriers = number() != 0;
    out.loops.clear();
    for (std::uint64_t left = number(); left > 0; --left) out.loops.push_back(number());
    out.readers.threads.clear();
    for (std::uint64_t left = number(); left > 0; --left)
      out.readers.threads.push_back(static_cast<kernel::ThreadId>(number()));
    out.readers.settled = number() != 0;
    out.rounds_stay = number() != 0;
    out.states_vary = number() != 0;
    for (explore::Assumed* const assumed : {&out.unordered.unread, &out.unordered.commuting}) {
      assumed->addresses.clear();
      for (std::uint64_t left = number(); left > 0; --left) assumed->addresses.push_back(number());
      assumed->surprises = static_cast<std::uint32_t>(number());
    }
    out.unordered.settled = number() != 0;
  }
  const std::uint8_t* at() const { return at_; }
  const std::uint8_t* end() const { return end_; }

 private:
  const std::uint8_t* at_;
  const std::uint8_t* end_;
};

void put_parts(Bytes& out, const kernel::Vector<Part>& parts) {
  explore::put_number(out, parts.size());
  for (const Part& part : parts) explore::put_part(out, part);
}

void put_ground(Bytes& out, const explore::Ground& ground) {
  explore::put_number(out, ground.threads);
  explore::put_number(out, ground.revisited_mutexes ? 1 : 0);
  explore::put_number(out, ground.ordered_barriers ? 1 : 0);
  explore::put_number(out, ground.loops.size());
  for (const std::uintptr_t pc : ground.loops) explore::put_number(out, pc);
  explore::put_number(out, ground.readers.threads.size());
  for (const kernel::ThreadId t : ground.readers.threads) explore::put_number(out, t);
  explore::put_number(out, ground.readers.settled ? 1 : 0);
  explore::put_number(out, ground.rounds_stay ? 1 : 0);
  explore::put_number(out, ground.states_vary ? 1 : 0);
  for (const explore::Assumed* const assumed : {&ground.unordered.unread, &ground.unordered.commuting}) {
    explore::put_number(out, assumed->addresses.size());
    for (const std::uintptr_t address : assumed->addresses) explore::put_number(out, address);
    explore::put_number(out, assumed->surprises);
  }
  explore::put_number(out, ground.unordered.settled ? 1 : 0);
}

CrewPage& map_page() {
  const long at =
      raw_syscall(SYS_mmap, 0, sizeof(CrewPage), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (at < 0) engine_failure("out of memory: cannot map a page for the workers");
  return *new (reinterpret_cast<void*>(at)) CrewPage();
}

}  // namespace

// ---- the worker's side

bool WorkerPort::receive(Task& task) {
  Message message;
  if (stopped() || !channel_.receive(message)) return false;
  Reader reader(message);
  task.epoch = static_cast<std::uint32_t>(reader.number());
  reader.ground(task.ground);
  reader.parts(task.parts);
  task.guesses = static_cast<std::uint32_t>(reader.number());
  task.guess_ns = static_cast<std::int64_t>(reader.number());
  task.guess_events = reader.number();
  return true;
}

void WorkerPort::report(const Report& r) {
  Bytes bytes;
  explore::put_number(bytes, r.epoch);
  for (std::uint64_t explore::Counts::*count : explore::all_counts)
    explore::put_number(bytes, r.counts.*count);
  explore::put_number(bytes, static_cast<std::uint64_t>(r.cpu_ns));
  put_real(bytes, r.estimate.executions);
  put_real(bytes, r.estimate.spread);
  explore::put_number(bytes, (r.began_anew ? 1U : 0U) | (r.found_bug ? 2U : 0U) | (r.finished ? 4U : 0U));
  put_ground(bytes, r.ground);
  put_parts(bytes, r.left);
  put_parts(bytes, r.given);
  bytes.insert(bytes.end(), r.outcomes.begin(), r.outcomes.end());
  channel_.send(kind_report, bytes.data(), bytes.size());
}

void WorkerPort::record(const char* text, std::size_t count, std::uint64_t key) {
  Bytes bytes;
  explore::put_number(bytes, key);
  bytes.insert(bytes.end(), text, text + count);
  channel_.send(kind_record, bytes.data(), bytes.size());
}

void WorkerPort::trouble(Trouble what, const char* message) {
  Bytes bytes;
  explore::put_number(bytes, static_cast<std::uint8_t>(what));
  bytes.insert(bytes.end(), message, message + std::strlen(message));
  channel_.send(kind_trouble, bytes.data(), bytes.size());
}

// ---- the coordinator's side

bool Crew::hire(unsigned number, bool first) {
  Worker& worker = workers_[number];
  Channel theirs;
  if (!Channel::open_pair(worker.channel, theirs)) return false;
  fflush(nullptr);
  const long parent = raw_syscall(SYS_getpid);
  const auto fork_process = reinterpret_cast<decltype(&fork)>(real_function("fork"));
  const pid_t child = fork_process();
  if (child == 0) {
    raw_syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (raw_syscall(SYS_getppid) != parent) leave_process(0);
    for (Worker& other : workers_) other.channel.close();
    part_shared_memory();
    start_watchdog();
    WorkerPort port(theirs, *page_, number, first);
    leave_process(owner_.work(port));
  }
  theirs.close();
  if (child < 0) {
    worker.channel.close();
    return false;
  }
  worker.pid = child;
  worker.busy = worker.gone = false;
  return true;
}

bool Crew::anyone_busy() const {
  return std::any_of(workers_.begin(), workers_.end(), [](const Worker& w) { return w.busy && !w.guesses; });
}

void Crew::send(Worker& worker, const Task& task) {
  Bytes bytes;
  explore::put_number(bytes, task.epoch);
  put_ground(bytes, task.ground);
  put_parts(bytes, task.parts);
  for (const std::uint64_t number :
       {std::uint64_t{task.guesses}, static_cast<std::uint64_t>(task.guess_ns), task.guess_events}) {
    explore::put_number(bytes, number);
  }
  worker.channel.send(kind_task, bytes.data(), bytes.size());
  worker.busy = true;
  worker.epoch = task.epoch;
}

void Crew::guess_if_due() {
  Worker& worker = workers_.back();
  if (counts_.executions < guess_at_ || worker.busy || reason_ != nullptr) return;
  // Failing to start it costs no more than the estimate.
  if (worker.gone && !hire(size_, false)) return;
  guessed_at_ = counts_.executions;
  guess_at_ = growth_between_guesses * (counts_.executions + 1);
  Task task;
  task.epoch = epoch_;
  task.ground = ground_;
  rest(task.parts);
  task.guesses = guesses_max;
  task.guess_ns = std::max(guess_ns_min, cpu_ns_ / guess_share);
  task.guess_events =
      guess_events_slack + guess_events_factor * (counts_.operations / (counts_.executions + 1));
  send(worker, task);
}

void Crew::hand_out() {
  std::size_t idle = 0;
  for (const Worker& w : workers_) idle += w.busy || w.gone || w.guesses ? 0U : 1U;
  for (Worker& w : workers_) {
    if (w.busy || w.gone || w.guesses || queue_.empty()) continue;
    const std::size_t count =
        std::min(parts_of_a_task, std::max<std::size_t>(1, queue_.size() / std::size_t{2 * size_}));
    w.told.clear();
    for (std::size_t i = 0; i < count && !queue_.empty(); ++i) {
      w.told.push_back(queue_.back());
      queue_.pop_back();
    }
    Task task;
    task.epoch = epoch_;
    task.ground = ground_;
    task.parts = w.told;
    send(w, task);
    --idle;
  }
  __atomic_store_n(&page_->wanted, static_cast<std::uint32_t>(idle), __ATOMIC_RELAXED);
}

void Crew::listen(int timeout_ms) {
  pollfd waiting[1024];
  unsigned count = 0;
  for (const Worker& w : workers_) {
    if (!w.gone && count < 1024) waiting[count++] = {w.channel.descriptor(), POLLIN, 0};
  }
  raw_syscall(SYS_poll, static_cast<pollfd*>(waiting), count, timeout_ms);
  for (Worker& w : workers_) {
    if (w.gone) continue;
    w.channel.fill();
    for (Message message; w.channel.next(message);) take(w, message);
  }
}

void Crew::take(Worker& worker, const Message& message) {
  switch (message.kind) {
    case kind_report:
      take_report(worker, message);
      break;
    case kind_record:
      take_record(message);
      break;
    default: {
      Reader reader(message);
      const auto what = static_cast<WorkerPort::Trouble>(reader.number());
      const auto length = std::min(static_cast<std::size_t>(reader.end() - reader.at()), sizeof message_ - 1);
      std::memcpy(message_, reader.at(), length);
      message_[length] = '\0';
      wants_isolation_ = what == WorkerPort::Trouble::not_isolated;
      reason_ = what == WorkerPort::Trouble::error         ? "error"
                : what == WorkerPort::Trouble::unsupported ? "unsupported"
                                                           : "nondeterminism";
    }
  }
}

void Crew::take_report(Worker& worker, const Message& message) {
  Reader reader(message);
  Report r;
  r.epoch = static_cast<std::uint32_t>(reader.number());
  for (std::uint64_t explore::Counts::*count : explore::all_counts) r.counts.*count = reader.number();
  cpu_ns_ += static_cast<std::int64_t>(reader.number());
  r.estimate.executions = reader.real();
  r.estimate.spread = reader.real();
  const std::uint64_t flags = reader.number();
  reader.ground(r.ground);
  reader.parts(r.left);
  reader.parts(r.given);
  found_bug_ = found_bug_ || (flags & 2) != 0;
  // Until the last report of its task a worker gets no other one: what it is told then must not be taken for
  // done.
  const bool finished = (flags & 4) != 0;
  worker.deaths = 0;
  if (r.epoch != epoch_) {  // of a search that has begun anew since
    worker.told.clear();
    worker.busy = !finished;
    return;
  }
  if ((flags & 1) != 0) {
    ++epoch_;
    __atomic_store_n(&page_->epoch, epoch_, __ATOMIC_RELAXED);
    ground_ = r.ground;
    counts_ = {};
    estimate_ = {};
    guess_at_ = executions_before_guess;
    forget_outcomes();
    queue_.assign(1, Part());
    worker.told.clear();
    worker.busy = !finished;
    return;
  }
  for (std::uint64_t explore::Counts::*count : explore::all_counts) counts_.*count += r.counts.*count;
  if (r.estimate.executions != 0) {
    estimate_ = {static_cast<double>(guessed_at_) + r.estimate.executions, r.estimate.spread};
  }
  add_outcomes(reader.at(), reader.end());
  for (const Part& part : r.given) queue_.push_back(part);
  worker.told = r.left;
  worker.busy = !finished || !r.left.empty();
}

// A finding that another worker made first is dropped.
void Crew::take_record(const Message& message) {
  Reader reader(message);
  const std::uint64_t key = reader.number();
  if (key != 0) {
    const std::uint32_t count = page_->print_count;
    if (std::find(page_->prints, page_->prints + count, key) != page_->prints + count) return;
    if (count < CrewPage::prints_max) {
      page_->prints[count] = key;
      __atomic_store_n(&page_->print_count, count + 1, __ATOMIC_RELEASE);
    }
  }
  write_record_text(reinterpret_cast<const char*>(reader.at()),
                    static_cast<std::size_t>(reader.end() - reader.at()));
}

void Crew::look_for_dead() {
  for (Worker& w : workers_) {
    int status = 0;
    if (w.gone || raw_syscall(SYS_wait4, w.pid, &status, WNOHANG, 0) != w.pid) continue;
    w.channel.fill();
    for (Message message; w.channel.next(message);) take(w, message);
    bury(w, status);
  }
}

void Crew::bury(Worker& worker, int status) {
  worker.channel.close();
  worker.gone = true;
  if (worker.epoch == epoch_) {
    for (const Part& part : worker.told) queue_.push_back(part);
  }
  worker.told.clear();
  worker.busy = false;
  const bool killed = !WIFEXITED(status);
  if (worker.guesses && killed) return;  // until the next guess is due
  if (leaving_ || reason_ != nullptr || (found_bug_ && !keep_going_)) return;
  if (WIFEXITED(status) && WEXITSTATUS(status) != 0) {
    // A call that ends the whole run; it has said why in a record.
    reason_ = WEXITSTATUS(status) == 2 ? "unsupported" : "error";
    if (message_[0] == '\0')
      snprintf(message_, sizeof message_, "a worker ended with status %d", WEXITSTATUS(status));
    return;
  }
  if (++worker.deaths > deaths_max) {
    reason_ = "error";
    snprintf(message_, sizeof message_, "a worker was killed %u times in a row without getting anywhere",
             worker.deaths);
    return;
  }
  const auto number = static_cast<unsigned>(&worker - workers_.data());
  if (!hire(number, false)) {
    reason_ = "error";
    snprintf(message_, sizeof message_, "cannot start another worker");
  }
}

// Lets everybody report and leave; who does not in time is killed.
void Crew::dismiss() {
  leaving_ = true;
  __atomic_store_n(&page_->stop, 1, __ATOMIC_RELAXED);
  for (Worker& w : workers_) {
    if (!w.busy && !w.gone) raw_syscall(SYS_shutdown, w.channel.descriptor(), int{SHUT_WR});
  }
  const std::int64_t until = real_now_ns() + patience_ns;
  const auto all_gone = [&] {
    return std::all_of(workers_.begin(), workers_.end(), [](const Worker& w) { return w.gone; });
  };
  while (!all_gone()) {
    listen(20);
    look_for_dead();
    if (real_now_ns() < until) continue;
    for (const Worker& w : workers_) {
      if (!w.gone) raw_syscall(SYS_kill, w.pid, SIGKILL);
    }
  }
}

const char* Crew::run(const explore::Ground& ground, const kernel::Vector<Part>& parts,
                      const explore::Counts& counts, bool keep_going) {
  page_ = &map_page();
  page_->epoch = epoch_;
  keep_going_ = keep_going;
  ground_ = ground;
  counts_ = counts;
  queue_ = parts;
  guess_at_ = executions_before_guess;
  workers_.resize(size_ + 1);
  workers_.back().guesses = workers_.back().gone = true;
  for (unsigned i = 0; i < size_ && reason_ == nullptr; ++i) {
    if (hire(i, true)) continue;
    workers_[i].gone = true;
    reason_ = "error";
    snprintf(message_, sizeof message_, "cannot start a worker");
  }
  while (reason_ == nullptr) {
    hand_out();
    guess_if_due();
    if (queue_.empty() && !anyone_busy()) {
      reason_ = "exhausted";
      break;
    }
    listen(round_ms);
    look_for_dead();
    if (found_bug_ && !keep_going && reason_ == nullptr) reason_ = "first_bug";
    if (reason_ == nullptr) reason_ = owner_.why_stop();
  }
  dismiss();
  return reason_;
}

void Crew::rest(kernel::Vector<Part>& out) const {
  out = queue_;
  for (const Worker& w : workers_) {
    if (w.epoch != epoch_) continue;
    for (const Part& part : w.told) out.push_back(part);
  }
}

}  // namespace heddle::runtime
