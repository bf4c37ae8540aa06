#include <time.h>

#include "checker/explore/explorer.hpp"
#include "checker/runtime/hot_state.hpp"
#include "checker/runtime/runtime.hpp"

namespace heddle::runtime {
namespace {

// 2001-09-09 01:46:40 UTC; and a machine that has been up for a while, so that subtracting from "now" stays
// positive.
constexpr std::int64_t realtime_start_ns = 1'000'000'000'000'000'000;
constexpr std::int64_t monotonic_start_ns = 1'000'000'000'000;
// Reading the clock takes time too: programs that poll it until a deadline end, and two readings differ.
constexpr std::int64_t reading_ns = 100;

// Time and randomness belong to the thread that asks: what it gets must depend on its own past alone, or
// executions would not repeat under another schedule.
Thread& asking_thread() {
  Thread& thread = thread_at(hot.active ? hot.current->id : 0);
  ++thread.side_effects;
  return thread;
}

std::int64_t start_of(int clock_id) {
  switch (clock_id) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_TAI:
      return realtime_start_ns;
    case CLOCK_PROCESS_CPUTIME_ID:
    case CLOCK_THREAD_CPUTIME_ID:
      return 0;
    default:
      return monotonic_start_ns;
  }
}

}  // namespace

std::int64_t virtual_now_ns(int clock_id) {
  Thread& thread = asking_thread();
  thread.elapsed_ns += reading_ns;
  return start_of(clock_id) + thread.elapsed_ns;
}

void virtual_advance_ns(std::int64_t by, bool yields) {
  // Not a side effect (spin_state.hpp): nobody sees it before the clock is read, and that is one.
  if (by > 0) thread_at(hot.active ? hot.current->id : 0).elapsed_ns += by;
  // A choice of one: no effect but a point where others may move.
  Operation op;
  op.kind = kernel::OperationKind::choose;
  op.operand = 1;
  op.yields = yields;
  op.site = {"sleep", 0, 0, ObjectKind::custom};
  perform(op);
}

bool choose_timeout(const kernel::CallSite& site) {
  if (!hot.explorer->timeouts_are_choices()) return false;
  Operation op;
  op.kind = kernel::OperationKind::choose;
  op.operand = 2;
  op.site = site;
  return perform(op).value == 1;
}

std::uint64_t deterministic_random() {
  // splitmix64 (Steele, Lea, Flood, OOPSLA'14).
  Thread& thread = asking_thread();
  thread.random_state += 0x9e37'79b9'7f4a'7c15U;
  std::uint64_t mixed = thread.random_state;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58'476d'1ce4'e5b9U;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d0'49bb'1331'11ebU;
  return mixed ^ (mixed >> 31);
}

}  // namespace heddle::runtime
