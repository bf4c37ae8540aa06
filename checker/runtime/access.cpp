#include "checker/runtime/access.hpp"

#include <algorithm>

#include "checker/explore/explorer.hpp"
#include "checker/runtime/access_log.hpp"
#include "checker/runtime/access_report.hpp"
#include "checker/runtime/atomic_objects.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/territory.hpp"
#include "checker/runtime/trace.hpp"
#include "checker/runtime/unwritten.hpp"

namespace heddle::runtime {

Epoch epoch;

namespace {

using detect::Cell;

// Which of Thread::frontend counts nested ignore_accesses_begin(), the reads in its lower half.
constexpr std::size_t ignore_slot = 3;
bool ever_ignored = false;

std::uintptr_t ignored() { return reinterpret_cast<std::uintptr_t>(hot.current->frontend[ignore_slot]); }
bool ignoring(bool write) { return (write ? ignored() >> 32 : ignored() & 0xffff'ffff) != 0; }
std::uintptr_t one_of(Ignored what) {
  constexpr std::uintptr_t write = std::uintptr_t{1} << 32;
  return what == Ignored::reads ? 1 : what == Ignored::writes ? write : write + 1;
}

bool plain_accesses_are_special() { return hot.plain_points || hot.fills_memory || ignored() != 0; }

// `bytes` bytes at `address` within one cell, part of the access to `whole`.
void check_poison(std::uintptr_t address, std::size_t bytes, const Cell& cell, const MemoryRange& whole,
                  AccessKind kind, std::uintptr_t pc) {
  const auto state = static_cast<CellState>(cell.state);
  if (state == CellState::partial && address % cell_bytes + bytes <= cell.limit) return;
  report_inaccessible(address, whole, state, kind, pc);
}

void check_stack_owner(std::uintptr_t address, const MemoryRange& whole, AccessKind kind, std::uintptr_t pc) {
  if (!on_another_stack(address)) return;
  const auto slot = static_cast<std::uint32_t>((address - slots_region) / slot_stride);
  const Thread& owner = thread_at(slot);
  if (owner.exited && owner.execution == hot.execution) [[unlikely]] {
    report_dead_stack(whole, owner, kind, pc);
  }
}

// `bytes` bytes at `address` within one cell, part of the access to `whole`.
void check_cell(std::uintptr_t address, std::size_t bytes, const MemoryRange& whole, AccessKind kind,
                const detect::Access& access, std::uintptr_t pc) {
  Cell& cell = touch_cell(address);
  if (cell.state != 0) [[unlikely]] {
    check_poison(address, bytes, cell, whole, kind, pc);
  }
  check_stack_owner(address, whole, kind, pc);
  if (cell.atomic != 0 && !access.atomic) [[unlikely]] {
    tell_of_look(cell, address, bytes, whole.address, whole.bytes, access.write);
    if (access.write) end_atomics(cell, address, bytes);
  }
  if (hot.tracing) [[unlikely]] {
    log_access(address, whole, access, pc);
  }
  if (const detect::Conflict* conflict = check_race(address, cell, access, epoch.clock)) [[unlikely]] {
    report_race(address, whole, kind, *conflict, pc);
  }
}

// The commonest cases by far: nobody but the running thread has touched the cell since another wrote to it,
// before, and it is fresh or the access repeats one made before the thread's last operation; or several
// threads only read the cell. True: recorded. Equals what check_cell() would do, in less than half the time.
[[gnu::always_inline]] inline bool renew_own_access(std::uintptr_t address, std::size_t bytes, bool write) {
  Cell& cell = touch_cell(address);
  const std::size_t offset = address % cell_bytes;
  if ((cell.atomic | cell.state) != 0 || offset + bytes > cell_bytes) return false;
  if (on_another_stack(address)) return false;
  refresh_epoch();
  detect::Mark now = epoch.mark | ((detect::Mark{1} << bytes) - 1) << (detect::mark_mask_shift + offset);
  if (write) now |= detect::mark_write_bit;
  // Bits in which a mark that `now` replaces, or leaves valid, may not differ from it.
  constexpr detect::Mark owner = detect::mark_thread_bits | detect::mark_atomic_bit;
  const auto mine = [&](detect::Mark old) { return old == 0 || ((old ^ now) & owner) == 0; };
  const auto covered = [&](detect::Mark old) { return (old & ~now & detect::mark_mask_bits) == 0; };
  if (hot.tracing || !mine(write ? cell.read : cell.write)) {
    if (hot.tracing || write || !detect::happened_before(cell.write, hot.current->id, epoch.clock))
      return false;
  }
  detect::Mark& slot = write ? cell.write : cell.read;
  if (cell.overflow != 0) return !write && race_detector().renew_shared_read(cell, now);
  if (!mine(slot)) return false;
  if (!covered(slot)) {  // other bytes as well, which one mark tells if they were accessed in the same way
    if (((slot ^ now) & ~detect::mark_mask_bits) != 0) return false;
    now |= slot;
  }
  slot = now;
  if (write && covered(cell.read)) cell.read = 0;
  return true;
}

void check_range(std::uintptr_t address, std::size_t bytes, AccessKind kind, detect::Access access,
                 std::uintptr_t pc) {
  const MemoryRange whole{address, bytes};
  const std::uintptr_t end = address + bytes;
  while (address < end) {
    const std::size_t offset = address % cell_bytes;
    const std::size_t part = std::min(cell_bytes - offset, static_cast<std::size_t>(end - address));
    access.mask = static_cast<std::uint8_t>(((1U << part) - 1) << offset);
    const bool renewed =
        bytes > cell_bytes && !access.atomic && renew_own_access(address, part, access.write);
    if (!renewed) check_cell(address, part, whole, kind, access, pc);
    address += part;
  }
}

// A loop that writes outside the thread's stack makes progress its registers and stack do not show
// (spin_state.hpp). A write skipped by the fast path of plain_access() repeats one made since the thread's
// last operation.
void count_side_effect(std::uintptr_t address) {
  Thread& thread = *hot.current;
  if (address < thread.slot.stack_low || address >= thread.slot.stack_high) ++thread.side_effects;
}

bool touched_by_others(std::uintptr_t address) {
  const Cell& cell = cell_at(address);
  if (cell.tag != shadow.tag) return false;
  const auto others = [](detect::Mark mark) {
    return mark != 0 && detect::access_of(mark).thread != hot.current->id;
  };
  return others(cell.write) || others(cell.read) || cell.overflow != 0 ||
         (cell.atomic != 0 && atomics_touched_by_others(cell, address, hot.current->id));
}

// Whether another thread might care. A function of this execution alone, so that schedules can be replayed:
// before there is a second thread nothing is shared, a thread's own stack and thread-local storage are from
// when another thread has touched them, all else is.
bool may_be_shared(std::uintptr_t address) {
  if (thread_count() == 1) return false;
  const Thread& me = *hot.current;
  const auto tls = reinterpret_cast<std::uintptr_t>(me.slot.tls_block);
  const bool own = address - slot_base(me.id) < slot_stride || address - tls < me.slot.fs_base - tls;
  return !own || touched_by_others(address);
}

// An operation that does nothing: the explorer may let another thread run first.
void schedule_point(const MemoryRange& memory, AccessKind kind, std::uintptr_t pc) {
  Operation op;
  op.kind = kernel::OperationKind::choose;
  op.operand = 1;
  op.plain = writes(kind) ? kernel::PlainAccess::write : kernel::PlainAccess::read;
  op.plain_bytes = static_cast<std::uint32_t>(std::min<std::size_t>(memory.bytes, 1U << 31));
  op.site = {"plain access", memory.address, pc, ObjectKind::custom};
  perform(op);
}

}  // namespace

void refresh_epoch_slowly() {
  const kernel::ThreadId thread = hot.current->id;
  epoch.mark = detect::mark_of_epoch(thread, hot.explorer->now(thread));
  epoch.clock = hot.explorer->clock(thread);
}

template <unsigned bytes, bool write, Extent extent>
void check_small_access(std::uintptr_t address, std::uintptr_t pc) {
  ++hot.current->touched;
  if (hot.memo != nullptr) note_plain_access(address, bytes, write);
  if (!plain_accesses_are_special() && renew_own_access(address, bytes, write)) [[likely]] {
    if (write) count_side_effect(address);
    return;
  }
  check_plain_access(address, bytes, write ? AccessKind::write : AccessKind::read, pc);
  // A copy may be of what was never written, and is then no use of it: larger reads are copies, or parts of
  // one.
  if constexpr (!write && bytes >= 4 && extent == Extent::whole) {
    if (hot.fills_memory && !ignoring(false)) check_written(address, bytes, pc);
  }
}
template void check_small_access<1, false, Extent::whole>(std::uintptr_t, std::uintptr_t);
template void check_small_access<2, false, Extent::whole>(std::uintptr_t, std::uintptr_t);
template void check_small_access<4, false, Extent::whole>(std::uintptr_t, std::uintptr_t);
template void check_small_access<8, false, Extent::whole>(std::uintptr_t, std::uintptr_t);
template void check_small_access<8, false, Extent::part>(std::uintptr_t, std::uintptr_t);
template void check_small_access<1, true, Extent::whole>(std::uintptr_t, std::uintptr_t);
template void check_small_access<2, true, Extent::whole>(std::uintptr_t, std::uintptr_t);
template void check_small_access<4, true, Extent::whole>(std::uintptr_t, std::uintptr_t);
template void check_small_access<8, true, Extent::whole>(std::uintptr_t, std::uintptr_t);
template void check_small_access<8, true, Extent::part>(std::uintptr_t, std::uintptr_t);

void check_plain_access(std::uintptr_t address, std::size_t bytes, AccessKind kind, std::uintptr_t pc) {
  ++hot.current->touched;
  if (hot.memo != nullptr) note_plain_access(address, bytes, writes(kind));
  if (writes(kind)) count_side_effect(address);
  if (writes(kind) && hot.fills_memory && hot.observing) trace_write(address);
  if (ignoring(writes(kind))) [[unlikely]] {
    tell_of_copy(address, bytes);
    return;
  }
  const bool points = hot.plain_points;
  if (points && may_be_shared(address)) [[unlikely]]
    schedule_point({address, bytes}, kind, pc);
  refresh_epoch();
  check_range(address, bytes, kind,
              {hot.current->id, static_cast<kernel::EventIndex>(epoch.mark), 0, writes(kind), false}, pc);
  if (points) [[unlikely]]
    invalidate_epoch();  // the hook must not skip the next access of the same memory: it is a point as well
}

void check_accessible_slowly(std::uintptr_t address, std::size_t bytes, AccessKind kind, std::uintptr_t pc) {
  const MemoryRange whole{address, bytes};
  const Cell& cell = touch_cell(address);
  if (cell.state != 0) [[unlikely]] {
    check_poison(address, std::min(bytes, cell_bytes - address % cell_bytes), cell, whole, kind, pc);
  }
  check_stack_owner(address, whole, kind, pc);
}

void check_atomic_access(AtomicObject& object, kernel::LocationId location, std::uintptr_t address,
                         std::size_t bytes, AccessKind kind, kernel::EventIndex before, std::uintptr_t pc) {
  if (ignoring(writes(kind))) [[unlikely]]
    return;
  refresh_epoch();
  const kernel::ThreadId thread = hot.current->id;
  const Cell& cell = cell_at(address);
  const bool usual = object.location == location && bytes <= cell_bytes && cell.tag == shadow.tag &&
                     cell.state == 0 && !hot.tracing && !on_another_stack(address);
  if (usual && object.marks.record(cell, thread, before, writes(kind), epoch.clock)) [[likely]]
    return;
  check_atomic_access(address, bytes, kind, before, pc);
}

void check_atomic_access(std::uintptr_t address, std::size_t bytes, AccessKind kind,
                         kernel::EventIndex before, std::uintptr_t pc) {
  if (ignoring(writes(kind))) [[unlikely]]
    return;
  refresh_epoch();
  check_range(address, bytes, kind, {hot.current->id, before, 0, writes(kind), true}, pc);
}

bool all_writes_seen() { return !ever_ignored; }

void ignore_accesses_begin(Ignored what) {
  forget_all();
  ever_ignored = true;
  void*& depth = hot.current->frontend[ignore_slot];
  depth = reinterpret_cast<void*>(ignored() + one_of(what));
}

void ignore_accesses_end(Ignored what) {
  const bool begun =
      (what == Ignored::writes || ignoring(false)) && (what == Ignored::reads || ignoring(true));
  void*& depth = hot.current->frontend[ignore_slot];
  if (begun) depth = reinterpret_cast<void*>(ignored() - one_of(what));
}

}  // namespace heddle::runtime
