#include "checker/runtime/reset.hpp"

#include "checker/runtime/benign_races.hpp"
#include "checker/runtime/descriptors.hpp"
#include "checker/runtime/globals.hpp"
#include "checker/runtime/heap.hpp"
#include "checker/runtime/notify_log.hpp"
#include "checker/runtime/objects.hpp"
#include "checker/runtime/outcomes.hpp"
#include "checker/runtime/process.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/shadow.hpp"
#include "checker/runtime/signals.hpp"
#include "checker/runtime/thread_slots.hpp"
#include "checker/runtime/threads.hpp"
#include "checker/runtime/unwritten_reads.hpp"
#include "checker/runtime/verdict.hpp"

namespace heddle::runtime {

namespace {
bool pristine = true;  // nothing ran since the snapshot
}

void snapshot_program() {
  snapshot_globals();
  const HeapContents heap = heap_snapshot();
  remember_memory(heap.address, heap.bytes);
  snapshot_threads();
  snapshot_descriptors();
  snapshot_exit_handlers();
  snapshot_benign_races();
  snapshot_initial_thread();
}

void reset_program(Restore restore) {
  ++hot.execution;
  reset_threads();
  reset_exit_handlers();
  reset_signals();
  reset_objects();
  reset_notify_log();
  reset_benign_races();
  reset_verdict();
  reset_observations();
  if (hot.fills_memory) reset_unwritten_reads();
  if (!pristine && restore == Restore::everything) {
    restore_descriptors();
    restore_globals();
    heap_reset();
  }
  pristine = false;
  shadow_reset();
}

}  // namespace heddle::runtime
