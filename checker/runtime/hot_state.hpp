// The few words every hook reads: one cache line, reachable without a call.
#pragma once

#include <cstdint>

#include "checker/runtime/thread.hpp"

namespace heddle::explore {
class Explorer;
class Memo;
}  // namespace heddle::explore

namespace heddle::runtime {

struct alignas(64) HotState {
  bool controlled = false;  // a fiber of a controlled execution runs user code
  bool tracing = false;     // this execution is recorded step by step (stacks of accesses are worth keeping)
  bool observing = false;   // moves are reported to trace.hpp: tracing, or only hashing
  bool active = false;      // between the start and the end of an execution, whoever runs
  bool plain_points = false;    // the option: plain accesses are scheduling points too
  bool fills_memory = false;    // the option: memory nobody has written holds a pattern (unwritten.hpp)
  bool watches_memory = false;  // what threads do to memory unseen is looked for (spin_state.hpp)
  bool cleans_stacks = false;   // the runtime leaves nothing of its own on them (spin_state.hpp)
  Thread* current = nullptr;
  explore::Explorer* explorer = nullptr;
  explore::Memo* memo =
      nullptr;  // to be told what threads do between their operations (territory.hpp), or null
  std::uint64_t operations = 0;                // kernel operations asked for in this process
  std::uint64_t pause_at = ~std::uint64_t{0};  // as many operations: ask whether to go on (execution.hpp)
  std::uint64_t execution =
      0;  // number of the execution, from 1, never reused: the tag of execution-tagged tables
};
extern __attribute__((visibility("hidden"))) HotState hot;

// While alive, the runtime calls library functions on its own account: `controlled()` is false.
class EngineScope {
 public:
  EngineScope() : before_(hot.controlled) { hot.controlled = false; }
  ~EngineScope() { hot.controlled = before_; }
  EngineScope(const EngineScope&) = delete;
  EngineScope& operator=(const EngineScope&) = delete;

 private:
  bool before_;
};

}  // namespace heddle::runtime
