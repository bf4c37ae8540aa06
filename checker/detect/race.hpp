// Data races, exactly: the first race on any byte of an execution is always found.
//
// After FastTrack (Flanagan, Freund, PLDI 2009): a variable remembers the epochs (thread, event index) of the
// accesses a later one could race with, instead of full vector clocks. Departures:
//  - the unit is a cell of 8 bytes whose epochs carry byte masks, so neighbours written by different threads
//  never
//    interfere and an access of any size costs one lookup;
//  - atomic accesses take part. They never race with each other, so several unordered atomic writes may be
//  the "last"
//    ones; a cell therefore holds a set of epochs, pruned by domination: an older access is forgotten when a
//    newer one is ordered after it and conflicts with everything the older one conflicts with;
//  - two slots in the cell hold the common case (last write, last read), the rest spills to chained records.
//
// Pure logic: knows cells, epochs and clocks, nothing of addresses or fibers.
#pragma once

#include <cstdint>

#include "checker/kernel/memory.hpp"
#include "checker/kernel/types.hpp"

namespace heddle::detect {

// One access to some bytes of one cell. `epoch` is the number of events its thread had done (for an atomic
// operation: before it). It happens before an access of another thread u iff epoch < clock_u[thread].
struct Access {
  kernel::ThreadId thread = 0;
  kernel::EventIndex epoch = 0;
  std::uint8_t mask = 0;  // bit i: byte i of the cell
  bool write = false;
  bool atomic = false;
  bool allocation = false;  // no access, but what made the memory; counts as a plain write
};

// An Access in one word: epoch, thread + 1, write, mask, allocation, atomic from the lowest bit up. Bits
// 56-61 are always clear: a mask shifted past the end of its cell lands there and equals no recorded mark. 0
// is no access.
using Mark = std::uint64_t;
inline constexpr unsigned mark_thread_shift = 32;
inline constexpr unsigned mark_mask_shift = 48;
inline constexpr Mark mark_thread_bits = Mark{0x7fff} << mark_thread_shift;
inline constexpr Mark mark_write_bit = Mark{1} << 47;
inline constexpr Mark mark_mask_bits = Mark{0xff} << mark_mask_shift;
inline constexpr Mark mark_allocation_bit = Mark{1} << 62;
inline constexpr Mark mark_atomic_bit = Mark{1} << 63;
static_assert(kernel::threads_max < 0x7fff);

// The part of a mark all plain accesses of a thread share between two of its operations.
constexpr Mark mark_of_epoch(kernel::ThreadId thread, kernel::EventIndex epoch) {
  return Mark{epoch} | (Mark{thread} + 1) << mark_thread_shift;
}
constexpr Mark mark_of(const Access& a) {
  return mark_of_epoch(a.thread, a.epoch) | Mark{a.mask} << mark_mask_shift | (a.write ? mark_write_bit : 0) |
         (a.allocation ? mark_allocation_bit : 0) | (a.atomic ? mark_atomic_bit : 0);
}
constexpr Access access_of(Mark m) {
  return {static_cast<kernel::ThreadId>((m & mark_thread_bits) >> mark_thread_shift) - 1,
          static_cast<kernel::EventIndex>(m),
          static_cast<std::uint8_t>((m & mark_mask_bits) >> mark_mask_shift),
          (m & mark_write_bit) != 0,
          (m & mark_atomic_bit) != 0,
          (m & mark_allocation_bit) != 0};
}

// What is known about 8 bytes of the program's memory. `write`, `read` and `overflow` belong to the detector,
// the rest to runtime/shadow.hpp.
struct Cell {
  std::uint32_t tag;   // execution the other members are about; anything else: the cell is fresh
  std::uint8_t state;  // runtime::CellState
  std::uint8_t limit;  // accessible bytes from the start of a partly accessible cell
  std::uint16_t reserved;
  Mark write;              // an access that wrote, usually the last
  Mark read;               // an access that only read, usually the last
  std::uint32_t overflow;  // first record of further marks, 0: none
  std::uint32_t atomic;    // first atomic object in the cell (index into runtime's table), 0: none
};
static_assert(sizeof(Cell) == 32);

// The earlier half of a race: `previous.mask` are the bytes both accesses touch.
struct Conflict {
  Access previous;
};

// Whether the access a mark stands for happens before one by `thread`, whose clock this is.
inline bool happened_before(Mark old, kernel::ThreadId thread, const kernel::EventIndex* clock) {
  const auto owner = static_cast<kernel::ThreadId>((old & mark_thread_bits) >> mark_thread_shift) - 1;
  return owner == thread || static_cast<kernel::EventIndex>(old) < clock[owner];
}

// The atomic accesses to one atomic object of at most a cell, of threads with low numbers: the last read and
// the last write of each, which stand for all before them. Atomic accesses do not race with each other, so
// recording one is a store; in the cell they would crowd each other out.
class AtomicMarks {
 public:
  static constexpr kernel::ThreadId threads_max = 16;

  AtomicMarks() {}  // NOLINT(modernize-use-equals-default): leaves the epochs unwritten

  // Records an atomic access to the object, all of whose bytes are in `cell`, by `thread`, whose clock this
  // is. False: it may race with what the cell remembers, or the thread's number is too high; nothing was
  // recorded.
  bool record(const Cell& cell, kernel::ThreadId thread, kernel::EventIndex epoch, bool write,
              const kernel::EventIndex* clock) {
    const auto before = [&](Mark old) { return old == 0 || happened_before(old, thread, clock); };
    if (thread >= threads_max || cell.overflow != 0 || !before(cell.write) || !before(cell.read))
      return false;
    (write ? writers_ : readers_) |= static_cast<std::uint16_t>(1U << thread);
    (write ? written_ : read_)[thread] = epoch;
    return true;
  }
  // Compares a plain access with them and forgets those that need not be remembered; `mask` is the object's
  // in its cell. True: it races with one, `conflict`.
  bool check(const Access& now, std::uint8_t mask, const kernel::EventIndex* clock, Conflict& conflict);
  // True if all of them happen before the next access of `thread`, whose clock this is.
  bool ordered(kernel::ThreadId thread, const kernel::EventIndex* clock) const;
  // Calls visit(thread, epoch, write) for each.
  template <class Visit>
  void for_each(Visit visit) const {
    for (kernel::ThreadId t = 0; t < threads_max; ++t) {
      if ((readers_ >> t & 1) != 0) visit(t, read_[t], false);
      if ((writers_ >> t & 1) != 0) visit(t, written_[t], true);
    }
  }
  bool empty() const { return (readers_ | writers_) == 0; }
  void clear() { readers_ = writers_ = 0; }

 private:
  std::uint16_t readers_ = 0;  // bit t: read_[t] means something
  std::uint16_t writers_ = 0;
  kernel::EventIndex read_[threads_max];
  kernel::EventIndex written_[threads_max];
};

class RaceDetector {
 public:
  // Records `now`, made by a thread whose clock is `clock` (its own entry is not read). Returns the earlier
  // access it races with, or null. After a race the cell goes on with `now` in place of the access it raced
  // with, so that a tolerated race is reported once and not for ever. The result is valid until the next
  // call.
  const Conflict* check(Cell& cell, const Access& now, const kernel::EventIndex* clock);

  // Records a plain read that races with no write in the cell itself, if `now`'s thread has read no more
  // bytes and the further marks, of which there are some, are reads as well. False: nothing was done.
  bool renew_shared_read(Cell& cell, Mark now) {
    constexpr Mark kind = mark_thread_bits | mark_write_bit | mark_atomic_bit;
    const auto replaceable = [&](Mark old) {
      return ((old ^ now) & kind) == 0 && (old & ~now & mark_mask_bits) == 0;
    };
    Record& record = records_[cell.overflow];
    Mark* mine = replaceable(cell.read) ? &cell.read : nullptr;
    Mark all = 0;
    for (std::uint32_t i = 0; i < record.count; ++i) {
      all |= record.marks[i];
      if (replaceable(record.marks[i])) mine = &record.marks[i];
    }
    if (mine == nullptr || record.next != 0 || (all & mark_write_bit) != 0) return false;
    *mine = now;
    return true;
  }

  // Records an access without checking it.
  void remember(Cell& cell, const Access& access) { record(cell, mark_of(access)); }

  // True if every access to the bytes of `mask` happens before the caller, whose clock this is. Records
  // nothing.
  bool ordered(const Cell& cell, kernel::ThreadId thread, std::uint8_t mask,
               const kernel::EventIndex* clock) const;

  // True if some access wrote to the bytes of `mask`: a write is remembered until one that covers it.
  // Allocating them is no writing.
  bool written(const Cell& cell, std::uint8_t mask) const;

  // Forgets the accesses of one cell.
  void forget(Cell& cell);

  // A new execution: every record is free again. Cells must be fresh before they are used again.
  void reset();

  // Records in use, for tests and limits.
  std::uint32_t records_used() const { return used_; }

 private:
  static constexpr std::uint32_t marks_per_record = 7;
  struct Record {
    std::uint32_t next = 0;
    std::uint32_t count = 0;
    Mark marks[marks_per_record] = {};
  };

  const Conflict* check_records(Cell& cell, Mark now, const kernel::EventIndex* clock, bool raced);
  void record(Cell& cell, Mark mark);
  void spill(Cell& cell, Mark mark);
  std::uint32_t take_record();
  void release_record(std::uint32_t index);

  kernel::Vector<Record> records_;  // index 0 is never used
  std::uint32_t made_ = 1;          // records [1, made_) have been handed out in this execution
  std::uint32_t used_ = 0;
  std::uint32_t free_ = 0;  // released ones, chained by `next`
  Conflict conflict_;
};

}  // namespace heddle::detect
