#include "checker/detect/race.hpp"

#include <cstddef>

namespace heddle::detect {
namespace {

using kernel::EventIndex;
using kernel::ThreadId;

ThreadId thread_of(Mark m) { return static_cast<ThreadId>((m & mark_thread_bits) >> mark_thread_shift) - 1; }

// At least one writes and not both are atomic.
bool conflicting(Mark a, Mark b) { return ((a | b) & mark_write_bit) != 0 && (a & b & mark_atomic_bit) == 0; }

// Everything that conflicts with `old` conflicts with `now`. (A plain write conflicts with all, a plain read
// with writes, an atomic write with plain accesses, an atomic read with plain writes.)
bool dominates(Mark now, Mark old) {
  return ((old & ~now) & mark_write_bit) == 0 && ((now & ~old) & mark_atomic_bit) == 0;
}

// Marks that differ at most in their bytes.
bool mergeable(Mark a, Mark b) { return ((a ^ b) & ~mark_mask_bits) == 0; }

// Compares `old` with `now` and takes from `old` the bytes on which it need not be remembered. True: they
// race.
bool settle(Mark& old, Mark now, const EventIndex* clock) {
  const Mark shared = old & now & mark_mask_bits;
  if (shared == 0) return false;
  const bool ordered = happened_before(old, thread_of(now), clock);
  const bool race = !ordered && conflicting(old, now);
  if (race || (ordered && dominates(now, old))) {
    old &= ~shared;
    if ((old & mark_mask_bits) == 0) old = 0;
  }
  return race;
}

Conflict conflict_of(Mark old, Mark now) {
  Conflict conflict{access_of(old)};
  conflict.previous.mask &= static_cast<std::uint8_t>((now & mark_mask_bits) >> mark_mask_shift);
  return conflict;
}

}  // namespace

bool AtomicMarks::check(const Access& now, std::uint8_t mask, const EventIndex* clock, Conflict& conflict) {
  const auto shared = static_cast<std::uint8_t>(now.mask & mask);
  if (shared == 0) return false;
  bool raced = false;
  for_each([&](ThreadId t, EventIndex epoch, bool write) {
    if (!now.write && !write) return;
    const bool ordered = t == now.thread || epoch < clock[t];
    // A later access to the other bytes, or, after a read, a later write, may still race with it.
    if (ordered && (!now.write || shared != mask)) return;
    if (!ordered && !raced) {
      conflict.previous = {t, epoch, shared, write, true};
      raced = true;
    }
    (write ? writers_ : readers_) &= static_cast<std::uint16_t>(~(1U << t));
  });
  return raced;
}

bool AtomicMarks::ordered(ThreadId thread, const EventIndex* clock) const {
  bool all = true;
  for_each([&](ThreadId t, EventIndex epoch, bool) { all = all && (t == thread || epoch < clock[t]); });
  return all;
}

const Conflict* RaceDetector::check(Cell& cell, const Access& access, const EventIndex* clock) {
  const Mark now = mark_of(access);
  bool raced = false;
  if (const Mark old = cell.write; old != 0 && settle(cell.write, now, clock)) {
    conflict_ = conflict_of(old, now);
    raced = true;
  }
  if (const Mark old = cell.read; old != 0 && settle(cell.read, now, clock) && !raced) {
    conflict_ = conflict_of(old, now);
    raced = true;
  }
  if (cell.overflow != 0) raced = check_records(cell, now, clock, raced) != nullptr;
  record(cell, now);
  return raced ? &conflict_ : nullptr;
}

void RaceDetector::record(Cell& cell, Mark now) {
  Mark& slot = (now & mark_write_bit) != 0 ? cell.write : cell.read;
  if (slot == 0) {
    slot = now;
  } else if (mergeable(slot, now)) {
    slot |= now;
  } else {
    spill(cell, slot);
    slot = now;
  }
}

const Conflict* RaceDetector::check_records(Cell& cell, Mark now, const EventIndex* clock, bool raced) {
  std::uint32_t* link = &cell.overflow;
  while (*link != 0) {
    const std::uint32_t index = *link;
    Record& record = records_[index];
    std::uint32_t kept = 0;
    for (std::uint32_t i = 0; i < record.count; ++i) {
      const Mark old = record.marks[i];
      Mark left = old;
      if (settle(left, now, clock) && !raced) {
        conflict_ = conflict_of(old, now);
        raced = true;
      }
      if (left != 0) record.marks[kept++] = left;
    }
    record.count = kept;
    if (kept == 0) {
      *link = record.next;
      release_record(index);
    } else {
      link = &record.next;
    }
  }
  return raced ? &conflict_ : nullptr;
}

bool RaceDetector::ordered(const Cell& cell, ThreadId thread, std::uint8_t mask,
                           const EventIndex* clock) const {
  const Mark now = mark_of({thread, 0, mask, true, false});
  const auto before = [&](Mark old) {
    return (old & now & mark_mask_bits) == 0 || happened_before(old, thread, clock);
  };
  if (!before(cell.write) || !before(cell.read)) return false;
  for (std::uint32_t index = cell.overflow; index != 0; index = records_[index].next) {
    const Record& record = records_[index];
    for (std::uint32_t i = 0; i < record.count; ++i) {
      if (!before(record.marks[i])) return false;
    }
  }
  return true;
}

bool RaceDetector::written(const Cell& cell, std::uint8_t mask) const {
  const auto writes = [&](Mark mark) {
    const Access access = access_of(mark);
    return access.write && !access.allocation && (access.mask & mask) != 0;
  };
  if (writes(cell.write) || writes(cell.read)) return true;
  for (std::uint32_t index = cell.overflow; index != 0; index = records_[index].next) {
    const Record& record = records_[index];
    for (std::uint32_t i = 0; i < record.count; ++i) {
      if (writes(record.marks[i])) return true;
    }
  }
  return false;
}

void RaceDetector::forget(Cell& cell) {
  cell.write = 0;
  cell.read = 0;
  while (cell.overflow != 0) {
    const std::uint32_t index = cell.overflow;
    cell.overflow = records_[index].next;
    release_record(index);
  }
}

void RaceDetector::reset() {
  made_ = 1;
  used_ = 0;
  free_ = 0;
}

void RaceDetector::spill(Cell& cell, Mark mark) {
  std::uint32_t with_room = 0;
  for (std::uint32_t index = cell.overflow; index != 0; index = records_[index].next) {
    Record& record = records_[index];
    for (std::uint32_t i = 0; i < record.count; ++i) {
      if (mergeable(record.marks[i], mark)) {
        record.marks[i] |= mark;
        return;
      }
    }
    if (record.count < marks_per_record) with_room = index;
  }
  if (with_room == 0) {
    with_room = take_record();
    records_[with_room].next = cell.overflow;
    cell.overflow = with_room;
  }
  Record& record = records_[with_room];
  record.marks[record.count++] = mark;
}

std::uint32_t RaceDetector::take_record() {
  ++used_;
  std::uint32_t index = free_;
  if (index != 0) {
    free_ = records_[index].next;
  } else {
    index = made_++;
    if (index >= records_.size()) records_.resize(records_.empty() ? 1024 : records_.size() * 2);
  }
  records_[index].count = 0;
  records_[index].next = 0;
  return index;
}

void RaceDetector::release_record(std::uint32_t index) {
  --used_;
  records_[index].next = free_;
  free_ = index;
}

}  // namespace heddle::detect
