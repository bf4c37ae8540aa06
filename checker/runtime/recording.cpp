#include "checker/runtime/recording.hpp"

#include <cstring>

#include "checker/explore/explorer.hpp"
#include "checker/kernel/memory.hpp"
#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/hot_state.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/trace.hpp"

namespace heddle::runtime {
namespace {

// Of the execution whose number it has; begun afresh at the first use in another one.
struct Marks {
  std::uint64_t execution = 0;
  std::uint32_t marks = 0;
  kernel::Vector<MarkedOperation> operations;
  kernel::Vector<std::size_t> clock_at;       // per operation: where its clock begins in `clocks`
  kernel::Vector<kernel::EventIndex> clocks;  // one after the other, of different lengths
  StuckJudge judge;
  kernel::Vector<detect::Lane> lane_of;  // by thread; for marked_history
};
Marks* recorded = nullptr;

Marks& current() {
  if (recorded == nullptr) recorded = &make_engine_object<Marks>();
  Marks& r = *recorded;
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
kernel::EventIndex clock_entry(const Marks& r, std::uint32_t index, kernel::ThreadId thread) {
  const std::size_t begin = r.clock_at[index];
  const std::size_t end = index + 1 < r.clock_at.size() ? r.clock_at[index + 1] : r.clocks.size();
  return begin + thread < end ? r.clocks[begin + thread] : 0;
}

}  // namespace

void mark_call(std::uint32_t name) {
  Marks& r = current();
  const ThreadId me = self();
  const kernel::EventIndex* const clock = hot.explorer->clock(me);
  MarkedOperation operation;
  operation.name = name;
  operation.thread = me;
  operation.called = hot.explorer->now(me);
  operation.call_mark = ++r.marks;
  if (hot.observing) operation.call_step = trace().steps_seen;
  r.operations.push_back(operation);
  r.clock_at.push_back(r.clocks.size());
  r.clocks.insert(r.clocks.end(), clock, clock + hot.explorer->clock_size());
}

void mark_return(std::uint32_t name) {
  Marks& r = current();
  const ThreadId me = self();
  for (std::size_t i = r.operations.size(); i-- > 0;) {
    MarkedOperation& operation = r.operations[i];
    if (operation.thread != me || operation.name != name) continue;
    operation.returned = hot.explorer->now(me);
    operation.return_mark = ++r.marks;
    if (hot.observing) operation.return_step = trace().steps_seen;
    return;
  }
}

void label_marked(std::uint32_t name, const char* label) {
  for (MarkedOperation& operation : current().operations) {
    if (operation.name != name) continue;
    // Not in the middle of a UTF-8 character.
    std::size_t length = std::strlen(label);
    if (length >= sizeof operation.label) {
      length = sizeof operation.label - 1;
      while (length > 0 && (static_cast<unsigned char>(label[length]) & 0xc0U) == 0x80U) --length;
    }
    std::memcpy(operation.label, label, length);
    operation.label[length] = '\0';
    return;
  }
}

std::uint32_t marked_count() { return static_cast<std::uint32_t>(current().operations.size()); }

const MarkedOperation& marked(std::uint32_t index) { return current().operations[index]; }

void marked_history(detect::History& out) {
  Marks& r = current();
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
