#include "checker/runtime/recording.hpp"

#include "checker/explore/explorer.hpp"
#include "checker/kernel/memory.hpp"
#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/hot_state.hpp"
#include "checker/runtime/runtime.hpp"

namespace heddle::runtime {
namespace {

// Of the execution whose number it has; begun afresh at the first use in another one.
struct Recording {
  std::uint64_t execution = 0;
  std::uint32_t marks = 0;
  kernel::Vector<MarkedOperation> operations;
  kernel::Vector<std::size_t> clock_at;       // per operation: where its clock begins in `clocks`
  kernel::Vector<kernel::EventIndex> clocks;  // one after the other, of different lengths
  StuckJudge judge;
  kernel::Vector<detect::Lane> lane_of;  // by thread; for marked_history
};
Recording* recording = nullptr;

Recording& current() {
  if (recording == nullptr) recording = &make_engine_object<Recording>();
  Recording& r = *recording;
  if (r.execution == hot.execution) return r;
  r.execution = hot.execution;
  r.marks = 0;
  r.operations.clear();
  r.clock_at.clear();
  r.clocks.clear();
  r.judge = {};
  return r;
}

constexpr detect::Lane no_lane = ~detect::Lane{0};

// Entry of the clock at the call of operation `index`; threads created later are not in it.
kernel::EventIndex clock_entry(const Recording& r, std::uint32_t index, kernel::ThreadId thread) {
  const std::size_t begin = r.clock_at[index];
  const std::size_t end = index + 1 < r.clock_at.size() ? r.clock_at[index + 1] : r.clocks.size();
  return begin + thread < end ? r.clocks[begin + thread] : 0;
}

}  // namespace

void mark_call(std::uint32_t name) {
  Recording& r = current();
  const ThreadId me = self();
  const kernel::EventIndex* const clock = hot.explorer->clock(me);
  MarkedOperation operation;
  operation.name = name;
  operation.thread = me;
  operation.called = hot.explorer->now(me);
  operation.call_mark = ++r.marks;
  r.operations.push_back(operation);
  r.clock_at.push_back(r.clocks.size());
  r.clocks.insert(r.clocks.end(), clock, clock + hot.explorer->clock_size());
}

void mark_return(std::uint32_t name) {
  Recording& r = current();
  const ThreadId me = self();
  for (std::size_t i = r.operations.size(); i-- > 0;) {
    MarkedOperation& operation = r.operations[i];
    if (operation.thread != me || operation.name != name) continue;
    operation.returned = hot.explorer->now(me);
    operation.return_mark = ++r.marks;
    return;
  }
}

std::uint32_t marked_count() { return static_cast<std::uint32_t>(current().operations.size()); }

const MarkedOperation& marked(std::uint32_t index) { return current().operations[index]; }

void marked_history(detect::History& out) {
  Recording& r = current();
  r.lane_of.clear();
  kernel::Vector<kernel::ThreadId> threads;
  for (const MarkedOperation& operation : r.operations) {
    if (r.lane_of.size() <= operation.thread) r.lane_of.resize(operation.thread + std::size_t{1}, no_lane);
    if (r.lane_of[operation.thread] != no_lane) continue;
    r.lane_of[operation.thread] = static_cast<detect::Lane>(threads.size());
    threads.push_back(operation.thread);
  }
  out.clear(static_cast<detect::Lane>(threads.size()));
  kernel::Vector<std::uint32_t> before(threads.size());
  for (std::uint32_t i = 0; i < r.operations.size(); ++i) {
    for (std::uint32_t& count : before) count = 0;
    for (const MarkedOperation& other : r.operations) {
      if (other.return_mark == 0 || other.returned >= clock_entry(r, i, other.thread)) continue;
      ++before[r.lane_of[other.thread]];
    }
    out.add(r.lane_of[r.operations[i].thread], r.operations[i].return_mark != 0, before);
  }
}

void may_stop(bool allowed) { current_thread().may_stop = allowed; }

bool has_stopped(ThreadId thread) { return thread_at(thread).stopped; }

void set_stuck_judge(const StuckJudge& judge) { current().judge = judge; }
const StuckJudge& stuck_judge() { return current().judge; }

}  // namespace heddle::runtime
