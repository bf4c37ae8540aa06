// The annotations libtsan has from Valgrind's race detectors, which programs call when they are built with
// -fsanitize=thread (Abseil, nsync, glib). Every function takes the file and line of the call first.
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "checker/frontend/intercept.hpp"
#include "checker/frontend/synchronise.hpp"
#include "checker/runtime/access.hpp"
#include "checker/runtime/benign_races.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/shadow.hpp"
#include "checker/runtime/territory.hpp"
#include "checker/runtime/thread.hpp"

namespace {

using heddle::kernel::Order;
using heddle::runtime::Ignored;
namespace frontend = heddle::frontend;
namespace runtime = heddle::runtime;

std::uintptr_t address_of(const volatile void* memory) { return reinterpret_cast<std::uintptr_t>(memory); }

void begin_to_ignore(Ignored what) {
  if (runtime::controlled()) runtime::ignore_accesses_begin(what);
}
void end_to_ignore(Ignored what) {
  if (runtime::controlled()) runtime::ignore_accesses_end(what);
}

}  // namespace

HEDDLE_INTERCEPT void AnnotateHappensBefore(const char*, int, const volatile void* object) {
  frontend::synchronise(address_of(object), Order::release, "AnnotateHappensBefore", HEDDLE_CALLER_PC);
}
HEDDLE_INTERCEPT void AnnotateHappensAfter(const char*, int, const volatile void* object) {
  frontend::synchronise(address_of(object), Order::acquire, "AnnotateHappensAfter", HEDDLE_CALLER_PC);
}
HEDDLE_INTERCEPT void WTFAnnotateHappensBefore(const char*, int, const volatile void* object) {
  frontend::synchronise(address_of(object), Order::release, "WTFAnnotateHappensBefore", HEDDLE_CALLER_PC);
}
HEDDLE_INTERCEPT void WTFAnnotateHappensAfter(const char*, int, const volatile void* object) {
  frontend::synchronise(address_of(object), Order::acquire, "WTFAnnotateHappensAfter", HEDDLE_CALLER_PC);
}

HEDDLE_INTERCEPT void AnnotateIgnoreReadsBegin(const char*, int) { begin_to_ignore(Ignored::reads); }
HEDDLE_INTERCEPT void AnnotateIgnoreReadsEnd(const char*, int) { end_to_ignore(Ignored::reads); }
HEDDLE_INTERCEPT void AnnotateIgnoreWritesBegin(const char*, int) { begin_to_ignore(Ignored::writes); }
HEDDLE_INTERCEPT void AnnotateIgnoreWritesEnd(const char*, int) { end_to_ignore(Ignored::writes); }

HEDDLE_INTERCEPT void AnnotateBenignRaceSized(const char*, int, const volatile void* memory,
                                              std::size_t bytes, const char*) {
  runtime::forget_all();
  runtime::add_benign_race(address_of(memory), bytes);
}
HEDDLE_INTERCEPT void AnnotateBenignRace(const char*, int, const volatile void* memory, const char*) {
  runtime::forget_all();
  runtime::add_benign_race(address_of(memory), 1);
}
HEDDLE_INTERCEPT void WTFAnnotateBenignRaceSized(const char*, int, const volatile void* memory,
                                                 std::size_t bytes, const char*) {
  runtime::forget_all();
  runtime::add_benign_race(address_of(memory), bytes);
}

HEDDLE_INTERCEPT void AnnotateNewMemory(const char*, int, const volatile void* memory, std::size_t bytes) {
  if (!runtime::controlled()) return;
  runtime::forget_all();
  runtime::shadow_forget_range(address_of(memory), bytes);
}

HEDDLE_INTERCEPT void AnnotateThreadName(const char*, int, const char* name) {
  if (!runtime::controlled()) return;
  char* const kept = runtime::current_thread().name;
  std::strncpy(kept, name, runtime::thread_name_bytes - 1);
  kept[runtime::thread_name_bytes - 1] = '\0';
}

// The rest describes what is checked as it is (locks whose atomic operations are instrumented), or does
// nothing in libtsan either.
HEDDLE_INTERCEPT void AnnotateRWLockCreate(const char*, int, const volatile void*) {}
HEDDLE_INTERCEPT void AnnotateRWLockCreateStatic(const char*, int, const volatile void*) {}
HEDDLE_INTERCEPT void AnnotateRWLockDestroy(const char*, int, const volatile void*) {}
HEDDLE_INTERCEPT void AnnotateRWLockAcquired(const char*, int, const volatile void*, long) {}
HEDDLE_INTERCEPT void AnnotateRWLockReleased(const char*, int, const volatile void*, long) {}
HEDDLE_INTERCEPT void AnnotateMutexIsUsedAsCondVar(const char*, int, const volatile void*) {}
HEDDLE_INTERCEPT void AnnotateMutexIsNotPHB(const char*, int, const volatile void*) {}
HEDDLE_INTERCEPT void AnnotateCondVarWait(const char*, int, const volatile void*, const volatile void*) {}
HEDDLE_INTERCEPT void AnnotateCondVarSignal(const char*, int, const volatile void*) {}
HEDDLE_INTERCEPT void AnnotateCondVarSignalAll(const char*, int, const volatile void*) {}
HEDDLE_INTERCEPT void AnnotatePCQCreate(const char*, int, const volatile void*) {}
HEDDLE_INTERCEPT void AnnotatePCQDestroy(const char*, int, const volatile void*) {}
HEDDLE_INTERCEPT void AnnotatePCQPut(const char*, int, const volatile void*) {}
HEDDLE_INTERCEPT void AnnotatePCQGet(const char*, int, const volatile void*) {}
HEDDLE_INTERCEPT void AnnotatePublishMemoryRange(const char*, int, const volatile void*, std::size_t) {}
HEDDLE_INTERCEPT void AnnotateUnpublishMemoryRange(const char*, int, const volatile void*, std::size_t) {}
HEDDLE_INTERCEPT void AnnotateMemoryIsInitialized(const char*, int, const volatile void*, std::size_t) {}
HEDDLE_INTERCEPT void AnnotateMemoryIsUninitialized(const char*, int, const volatile void*, std::size_t) {}
HEDDLE_INTERCEPT void AnnotateTraceMemory(const char*, int, const volatile void*) {}
HEDDLE_INTERCEPT void AnnotateExpectRace(const char*, int, const volatile void*, const char*) {}
HEDDLE_INTERCEPT void AnnotateFlushExpectedRaces(const char*, int) {}
HEDDLE_INTERCEPT void AnnotateFlushState(const char*, int) {}
HEDDLE_INTERCEPT void AnnotateIgnoreSyncBegin(const char*, int) {}
HEDDLE_INTERCEPT void AnnotateIgnoreSyncEnd(const char*, int) {}
HEDDLE_INTERCEPT void AnnotateEnableRaceDetection(const char*, int, int) {}
HEDDLE_INTERCEPT void AnnotateNoOp(const char*, int, const volatile void*) {}
HEDDLE_INTERCEPT int RunningOnValgrind() { return 0; }
HEDDLE_INTERCEPT double ValgrindSlowdown() { return 1.0; }
HEDDLE_INTERCEPT int ThreadSanitizerQuery(const char* query) {
  return std::strcmp(query, "pure_happens_before") == 0 ? 1 : 0;
}
