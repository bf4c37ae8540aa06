// What an execution's threads did to an object under test: the calls and returns they marked.
//
// A mark is no operation of the kernel: it costs no step, is no scheduling point and orders nothing. It keeps
// the thread's clock, so that which operation came before which is the happens-before of this execution.
#pragma once

#include <cstdint>

#include "checker/detect/linearizability/history.hpp"
#include "checker/kernel/types.hpp"

namespace heddle::runtime {

struct MarkedOperation {
  std::uint32_t name = 0;  // the caller's number for it
  kernel::ThreadId thread = 0;
  kernel::EventIndex called = 0;    // events the thread had done at the call
  kernel::EventIndex returned = 0;  // and at the return
  std::uint32_t call_mark = 0;      // position among the marks of the execution, from 1
  std::uint32_t return_mark = 0;    // 0: it has not returned
  std::uint64_t call_step = 0;      // of a traced execution: steps that all threads had done at the call
  std::uint64_t return_step = 0;    // and at the return
  char label[96] = {};              // for people; empty if nobody gave it one
};

// Marks of the calling thread, in the running execution.
void mark_call(std::uint32_t name);
void mark_return(std::uint32_t name);
// What is shown of the operation with this name.
void label_marked(std::uint32_t name, const char* label);

// The operations marked in this execution, in the order of their calls; and the same as a history, in which
// they have the same numbers.
std::uint32_t marked_count();
const MarkedOperation& marked(std::uint32_t index);
void marked_history(detect::History& out);

// From now on the calling thread may stop for ever before each of its operations, which the explorer decides
// as it decides what a load reads. A thread that stopped excuses nobody: see set_stuck_judge.
void may_stop(bool allowed);
bool has_stopped(kernel::ThreadId thread);

// Who is asked about an execution in which no thread can ever move again, before it is called a deadlock or a
// livelock. Null (the default, restored before every execution): nobody.
enum class StuckVerdict : int {
  unjudged,         // it is what it is
  fine,             // the program says that these threads may wait for ever
  nonlinearizable,  // HED020
  no_progress,      // HED023
};
struct StuckJudge {
  int (*judge)(void* context, const char** message) = nullptr;
  void* context = nullptr;
};
void set_stuck_judge(const StuckJudge& judge);
const StuckJudge& stuck_judge();

}  // namespace heddle::runtime
