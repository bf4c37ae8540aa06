// What instrumentation costs: plain accesses through the hooks, atomic operations without an explorer,
// allocation. The runtime only works merged into a program, so its sources are included here, with stand-ins
// for the rest of it.
#if !defined(__SANITIZE_THREAD__)  // whose runtime has the same hooks
#include <benchmark/benchmark.h>

#include <cstdlib>

// NOLINTBEGIN(bugprone-suspicious-include)
#include "checker/frontend/atomic_access.cpp"
#include "checker/frontend/tsan_abi.cpp"
#include "checker/runtime/access.cpp"
#include "checker/runtime/atomic_objects.cpp"
#include "checker/runtime/heap.cpp"
#include "checker/runtime/raw_syscall.cpp"
#include "checker/runtime/shadow.cpp"
#include "checker/runtime/stack_depot.cpp"
#include "checker/runtime/territory.cpp"
// NOLINTEND(bugprone-suspicious-include)
#include "checker/explore/explorer.hpp"

heddle::runtime::SavedRegisters heddle_saved_registers;

namespace heddle::frontend {
bool in_executable(std::uintptr_t) { return true; }
bool uses_result(std::uintptr_t) { return true; }
}  // namespace heddle::frontend

namespace heddle::runtime {

HotState hot;
Thread thread_table[kernel::threads_max];

namespace {

// Answers what the race detector asks; perform() below needs no more.
class CountingExplorer final : public explore::Explorer {
 public:
  kernel::EventIndex events = 0;

  bool next_execution() override { return true; }
  explore::Move arrive(kernel::ThreadId, const kernel::Operation&) override { return {}; }
  void end_execution(explore::Ending) override {}
  const kernel::EventIndex* clock(kernel::ThreadId) const override { return clock_; }
  kernel::EventIndex now(kernel::ThreadId) const override { return events; }
  kernel::ThreadId clock_size() const override { return 1; }
  std::span<const explore::BlockedThread> blocked_threads() const override { return {}; }
  const explore::Divergence& divergence() const override { return divergence_; }
  const explore::Counts& counts() const override { return counts_; }
  bool timeouts_are_choices() const override { return false; }
  void schedule(explore::Schedule&) const override {}
  const char* phase() const override { return ""; }

 private:
  kernel::EventIndex clock_[kernel::threads_max] = {};
  explore::Divergence divergence_;
  explore::Counts counts_;
};
CountingExplorer explorer;
kernel::Value stored = 0;

}  // namespace

// One thread, sequentially consistent, remembering one value.
Answer perform(const Operation& op) {
  ++hot.operations;
  ++explorer.events;
  invalidate_epoch();
  Answer answer;
  answer.value = stored;
  if (op.kind == kernel::OperationKind::store) stored = op.operand;
  if (op.kind == kernel::OperationKind::rmw) stored = op.update(stored, op.operand, op.expected).value;
  answer.mo_last = true;
  return answer;
}

Answer perform_uncleaned(const Operation& op) { return perform(op); }

LocationId intern_location(std::uintptr_t, ObjectKind, std::uint32_t) { return 1; }
explore::Options& requested_options() {
  static explore::Options options;
  return options;
}
namespace detail {
bool order_sites_wanted = false;
AtomicOrders visit_order_site(AtomicKind, AtomicOrders orders, std::uintptr_t) { return orders; }
}  // namespace detail
void set_describe_block(void (*)(std::uintptr_t, BlockInfo&)) {}
void retire_objects(std::uintptr_t, std::size_t) {}
ThreadId thread_count() { return 1; }
void log_access(std::uintptr_t, const MemoryRange&, const detect::Access&, std::uintptr_t) {}
void reset_access_log() {}
void tell_of_look(std::uintptr_t) {}
kernel::Fingerprint running_state(bool) { return {}; }
void clean_below_operation() { abort(); }
void clean_below_access() { abort(); }
void report_race(std::uintptr_t, const MemoryRange&, AccessKind, const detect::Conflict&, std::uintptr_t) {
  abort();
}
void report_inaccessible(std::uintptr_t, const MemoryRange&, CellState, AccessKind, std::uintptr_t) {
  abort();
}
void report_dead_stack(const MemoryRange&, const Thread&, AccessKind, std::uintptr_t) { abort(); }
void report_uninitialised(const MemoryRange&, AccessKind, std::uintptr_t) { abort(); }
void check_written(std::uintptr_t, std::size_t, std::uintptr_t) { abort(); }
bool is_unwritten(std::uintptr_t, std::size_t) { return false; }
void fill_unwritten(std::uintptr_t, std::size_t) {}
void trace_write(std::uintptr_t) { abort(); }
void report_bad_free(std::uintptr_t, const char*, std::uintptr_t) { abort(); }
void unsupported(const char*, std::uintptr_t, const char*) { abort(); }

namespace {

void begin_execution() {
  map_shadow();
  heap_reset();
  shadow_reset();
  stored = 0;
  hot.explorer = &explorer;
  hot.current = &thread_at(0);
  hot.active = true;
  hot.controlled = true;
}

void end_execution(benchmark::State& state) {
  hot.controlled = false;
  hot.active = false;
  state.SetItemsProcessed(state.iterations());
}

// The thread's last operation was before the first of these accesses.
void repeated_read(benchmark::State& state) {
  begin_execution();
  auto* const word = heap_allocate(8, 16, 0);
  for (auto _ : state) __tsan_read4(word);
  end_execution(state);
}
BENCHMARK(repeated_read);

void repeated_write(benchmark::State& state) {
  begin_execution();
  auto* const word = heap_allocate(8, 16, 0);
  for (auto _ : state) __tsan_write8(word);
  end_execution(state);
}
BENCHMARK(repeated_write);

// Memory no other thread uses, each time after another operation of the thread's.
void exclusive_write(benchmark::State& state) {
  begin_execution();
  auto* const word = heap_allocate(8, 16, 0);
  for (auto _ : state) {
    epoch.mark = detect::mark_of_epoch(0, ++explorer.events);
    __tsan_write4(word);
  }
  end_execution(state);
}
BENCHMARK(exclusive_write);

// Another word each time, first touched in this execution: what small executions mostly do.
void first_touch(benchmark::State& state) {
  constexpr std::size_t bytes = 1 << 12;
  begin_execution();
  auto* word = static_cast<char*>(heap_allocate(bytes, 16, 0));
  std::size_t at = 0;
  for (auto _ : state) {
    if (at == bytes) {
      begin_execution();
      word = static_cast<char*>(heap_allocate(bytes, 16, 0));
      at = 0;
    }
    __tsan_write8(word + at);
    at += 8;
  }
  end_execution(state);
}
BENCHMARK(first_touch);

void range_write(benchmark::State& state) {
  const auto bytes = static_cast<std::size_t>(state.range(0));
  begin_execution();
  auto* const block = heap_allocate(bytes, 16, 0);
  for (auto _ : state) __tsan_write_range(block, bytes);
  end_execution(state);
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(range_write)->Arg(64)->Arg(4096);

void atomic_load(benchmark::State& state) {
  begin_execution();
  auto* const word = static_cast<std::uint32_t*>(heap_allocate(4, 16, 0));
  for (auto _ : state) benchmark::DoNotOptimize(frontend::load(word, __ATOMIC_ACQUIRE, 1));
  end_execution(state);
}
BENCHMARK(atomic_load);

void atomic_fetch_add(benchmark::State& state) {
  begin_execution();
  auto* const word = static_cast<std::uint32_t*>(heap_allocate(4, 16, 0));
  for (auto _ : state) benchmark::DoNotOptimize(frontend::fetch_add(word, 1U, __ATOMIC_ACQ_REL, 1));
  end_execution(state);
}
BENCHMARK(atomic_fetch_add);

void allocate_and_free(benchmark::State& state) {
  begin_execution();
  for (auto _ : state) {
    void* const block = heap_allocate(static_cast<std::size_t>(state.range(0)), 16, 1);
    __tsan_write8(block);
    heap_free(block, "free", 2);
  }
  end_execution(state);
}
BENCHMARK(allocate_and_free)->Arg(24)->Arg(1024);

void reset_between_executions(benchmark::State& state) {
  begin_execution();
  for (auto _ : state) {
    heap_reset();
    shadow_reset();
  }
  end_execution(state);
}
BENCHMARK(reset_between_executions);

}  // namespace
}  // namespace heddle::runtime

#endif
