#include "checker/frontend/atomic_access.hpp"

#include "checker/frontend/atomic_operations.hpp"
#include "checker/frontend/caller.hpp"
#include "checker/runtime/access_report.hpp"
#include "checker/runtime/environment.hpp"
#include "checker/runtime/heap.hpp"
#include "checker/runtime/order_sites.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/shadow.hpp"
#include "checker/runtime/territory.hpp"
#include "checker/runtime/unwritten.hpp"

namespace heddle::frontend {
namespace {

// A long execution forgets old stores, and then takes the oldest it knows for the initial value: only objects
// younger than what is always remembered (kernel/graph.hpp) are judged.
constexpr std::uint64_t judged_operations = 10'000;

using runtime::AccessKind;
using runtime::AtomicIndex;
using runtime::AtomicKind;

AtomicKind kind_of(kernel::OperationKind kind, AbiOrders orders) {
  if (orders.failure != AbiOrders::none) return AtomicKind::compare_exchange;
  switch (kind) {
    case kernel::OperationKind::load:
      return AtomicKind::load;
    case kernel::OperationKind::store:
      return AtomicKind::store;
    default:
      return AtomicKind::rmw;
  }
}

bool reads(kernel::OperationKind kind) {
  return kind == kernel::OperationKind::load || kind == kernel::OperationKind::rmw;
}

// True if every access so far to these bytes happens before the running thread's next operation.
bool all_ordered(std::uintptr_t address, std::size_t bytes) {
  runtime::refresh_epoch();
  for (std::uintptr_t at = address; at < address + bytes; ++at) {
    const auto mask = static_cast<std::uint8_t>(1U << at % runtime::cell_bytes);
    const detect::Cell& cell = runtime::touch_cell(at);
    if (!runtime::race_detector().ordered(cell, runtime::self(), mask, runtime::epoch.clock) ||
        !runtime::atomics_ordered(cell, at, mask, runtime::self(), runtime::epoch.clock)) {
      return false;
    }
  }
  return true;
}

// No instrumented code has written these bytes of the heap, and no other code anything but zeros: memory
// comes zero-filled, or, if so asked, filled with what makes sure (stacks as well).
bool looks_unwritten(std::uintptr_t address, std::size_t bytes, kernel::Value memory) {
  if (runtime::hot.fills_memory && runtime::is_unwritten(address, bytes)) return true;
  if (memory != 0 || !runtime::in_heap_region(address) || !runtime::all_writes_seen()) return false;
  // What atomic accesses of another size wrote is not in the cells.
  if (runtime::atomics_overlap(address, bytes)) return false;
  for (std::uintptr_t at = address; at < address + bytes; at += runtime::cell_bytes) {
    const std::size_t part = bytes < runtime::cell_bytes ? bytes : runtime::cell_bytes;
    const auto mask = static_cast<std::uint8_t>(((1U << part) - 1) << at % runtime::cell_bytes);
    if (runtime::race_detector().written(runtime::touch_cell(at), mask)) return false;
  }
  return true;
}

// The initial value of an object that looked unwritten was read. What other code may have filled with zeros
// is given the benefit of the doubt: blocks the executable did not allocate itself.
void judge_initial_read(const AtomicAccess& access) {
  if (runtime::in_heap_region(access.address)) {
    const runtime::HeapBlock block = runtime::heap_block_at(access.address);
    const bool ours = block.found && !block.freed && !block.initial && !block.initialised;
    if (!ours || block.allocated_at.depth == 0 || !in_executable(block.allocated_at.pc[0])) return;
  }
  runtime::report_uninitialised({access.address, access.operation.size}, AccessKind::atomic_read,
                                access.operation.site.pc);
}

// No object of exactly these bytes that holds what memory holds is alive: a new one begins.
AtomicIndex begin_object(std::uintptr_t address, std::size_t bytes, kernel::Value memory, std::uintptr_t pc) {
  if ((address & (bytes - 1)) != 0) {
    runtime::unsupported("misaligned atomic access", pc, "align the object to its size");
  }
  const AtomicIndex same = runtime::find_atomic(runtime::touch_cell(address), address, bytes);
  if (same == 0 && runtime::atomics_overlap(address, bytes) && !all_ordered(address, bytes)) {
    runtime::unsupported("mixed-size atomic access", pc,
                         "access an atomic object with one size, or order the accesses of different sizes");
  }
  for (std::uintptr_t at = address; at < address + bytes; at += runtime::cell_bytes) {
    detect::Cell& cell = runtime::touch_cell(at);
    if (same == 0) runtime::tell_of_look(cell, at, bytes - (at - address), address, bytes, false);
    runtime::end_atomics(cell, at, bytes - (at - address));
  }
  return runtime::make_atomic(address, bytes, memory);
}

}  // namespace

AtomicAccess begin_atomic(const detect::Cell& cell, kernel::OperationKind kind, std::uintptr_t address,
                          std::size_t bytes, kernel::Value memory, AbiOrders orders, const char* call,
                          std::uintptr_t pc) {
  if (runtime::hot.memo != nullptr) runtime::note_atomic_access(address, bytes);
  AtomicAccess access;
  access.address = address;
  access.object = runtime::find_atomic(cell, address, bytes);
  // Code without instrumentation may have begun another object: memory then differs from what was last
  // stored.
  if (access.object == 0 || runtime::atomic_object(access.object).last != memory) [[unlikely]] {
    const bool unwritten = access.object == 0 && looks_unwritten(address, bytes, memory);
    access.object = begin_object(address, bytes, memory, pc);
    if (unwritten)
      runtime::atomic_object(access.object).unwritten_until = runtime::hot.operations + judged_operations;
  }
  const runtime::AtomicObject& object = runtime::atomic_object(access.object);
  access.unwritten = runtime::hot.operations < object.unwritten_until;
  kernel::Operation& op = access.operation;
  const kernel::Order failure =
      orders.failure == AbiOrders::none ? kernel::Order::relaxed : order_of(orders.failure);
  const runtime::AtomicOrders ordered =
      runtime::orders_at(kind_of(kind, orders), {order_of(orders.success), failure}, pc);
  op.kind = kind;
  op.order = ordered.success;
  op.failure_order = ordered.failure;
  op.size = static_cast<std::uint8_t>(bytes);
  op.location = object.location;
  op.initial = object.initial;
  op.site = {call, address, pc, kernel::ObjectKind::atomic};
  return access;
}

bool finish_atomic(const AtomicAccess& access, const kernel::Answer& answer, bool wrote,
                   kernel::Value value) {
  const kernel::Operation& op = access.operation;
  if (access.unwritten && reads(op.kind) && answer.source == kernel::initial_stamp) [[unlikely]]
    judge_initial_read(access);
  // Not what it was on arrival: rounds of a spin loop may have been taken back since.
  runtime::refresh_epoch();
  const kernel::EventIndex events = wrote && reads(op.kind) ? 2 : 1;
  const kernel::EventIndex before = static_cast<kernel::EventIndex>(runtime::epoch.mark) - events;
  runtime::AtomicObject& object = runtime::atomic_object(access.object);
  runtime::check_atomic_access(object, op.location, access.address, op.size,
                               wrote ? AccessKind::atomic_write : AccessKind::atomic_read, before,
                               op.site.pc);
  if (!wrote || !answer.mo_last) return false;
  if (object.location == op.location) object.last = value;
  return true;
}

bool keeps_alive(kernel::Value word) {
  return runtime::in_heap_region(static_cast<std::uintptr_t>(word)) && runtime::requested_options().leaks;
}

bool fails_spuriously(std::uintptr_t address, std::uintptr_t pc) {
  if (!runtime::requested_options().spurious) return false;
  kernel::Operation op;
  op.kind = kernel::OperationKind::choose;
  op.operand = 2;
  op.site = {"compare_exchange_weak", address, pc, kernel::ObjectKind::atomic};
  return runtime::perform(op).value == 1;
}

void thread_fence(kernel::Order order, std::uintptr_t pc) {
  if (order == kernel::Order::relaxed) return;
  kernel::Operation op;
  op.kind = kernel::OperationKind::fence;
  op.order = order;
  op.site = {"atomic_thread_fence", 0, pc, kernel::ObjectKind::atomic};
  runtime::perform(op);
}

void program_fence(int abi_order, std::uintptr_t pc) {
  if (!runtime::controlled()) return __atomic_thread_fence(__ATOMIC_SEQ_CST);
  thread_fence(runtime::orders_at(AtomicKind::fence, {order_of(abi_order)}, pc).success, pc);
}

}  // namespace heddle::frontend
