// Vector clocks in an arena: immutable once made, shared by reference, rewound in O(1).
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "checker/kernel/memory.hpp"
#include "checker/kernel/types.hpp"

namespace heddle::kernel {

// A clock: entry u is the index of the last event of thread u that is included, 0 for none. By convention the
// entry of a thread in its own clock may be stale: a thread always knows its own past, and readers must not
// ask for it.
using ClockRef = std::uint32_t;
inline constexpr ClockRef zero_clock = 0;

class ClockArena {
 public:
  ClockArena() { clear(8); }

  // Forgets all clocks; afterwards every clock has room for `threads` entries (rounded up to a vector
  // register).
  void clear(ThreadId threads) {
    stride_ = (threads + block - 1) / block * block;
    used_ = 0;
    if (data_.size() < stride_) data_.resize(stride_ * 64UL);
    std::memset(data_.data(), 0, stride_ * sizeof(EventIndex));
    used_ = 1;
  }

  ThreadId stride() const { return stride_; }
  // Number of clocks made; `rewind` forgets the newest ones.
  std::uint32_t mark() const { return used_; }
  void rewind(std::uint32_t mark) { used_ = mark; }

  const EventIndex* operator[](ClockRef c) const { return data_.data() + std::size_t{c} * stride_; }

  // The least clock that includes a, b and event (thread, index). Returns a itself when it already does.
  ClockRef join(ClockRef a, ClockRef b, ThreadId thread, EventIndex index) {
    const EventIndex* x = (*this)[a];
    if (x[thread] >= index && (a == b || includes(x, (*this)[b]))) return a;
    const ClockRef made = make();
    EventIndex* out = mutable_clock(made);
    x = (*this)[a];
    maximum(x, (*this)[b], out);
    out[thread] = std::max(out[thread], index);
    return made;
  }

  ClockRef join(ClockRef a, ClockRef b) {
    if (a == b || b == zero_clock) return a;
    const EventIndex* x = (*this)[a];
    const EventIndex* y = (*this)[b];
    if (includes(x, y)) return a;
    if (includes(y, x)) return b;
    const ClockRef made = make();
    EventIndex* out = mutable_clock(made);
    x = (*this)[a];
    maximum(x, (*this)[b], out);
    return made;
  }

  // a, with the entry of `thread` raised to `index`.
  ClockRef with(ClockRef a, ThreadId thread, EventIndex index) {
    if ((*this)[a][thread] >= index) return a;
    const ClockRef made = make();
    EventIndex* const out = mutable_clock(made);
    const EventIndex* const x = (*this)[a];
    maximum(x, x, out);
    out[thread] = index;
    return made;
  }

  // Copies the first clocks of another arena of the same stride, in place of all there are here.
  void import_first(const ClockArena& from, std::uint32_t clocks) {
    const std::size_t end = std::size_t{clocks} * stride_;
    if (end > data_.size()) grow(end);
    std::memcpy(data_.data(), from.data_.data(), end * sizeof(EventIndex));
    used_ = clocks;
  }

  // Copies clock c of another arena of the same stride.
  ClockRef import(const ClockArena& from, ClockRef c) {
    if (c == zero_clock) return zero_clock;
    const ClockRef made = make();
    std::memcpy(mutable_clock(made), from[c], stride_ * sizeof(EventIndex));
    return made;
  }

 private:
  // Entries compared and joined by one instruction.
  static constexpr ThreadId lane = 4;
  static constexpr ThreadId block = 2 * lane;
  using Lanes
      [[gnu::vector_size(lane * sizeof(EventIndex)), gnu::aligned(alignof(EventIndex)), gnu::may_alias]] =
          EventIndex;
  using Halves [[gnu::vector_size(lane * sizeof(EventIndex))]] = std::uint64_t;

  static Lanes at(const EventIndex* clock, ThreadId first) {
    return *reinterpret_cast<const Lanes*>(clock + first);
  }
  static Lanes larger(Lanes a, Lanes b) { return a > b ? a : b; }
  bool includes(const EventIndex* x, const EventIndex* y) const {
    Lanes missing = {};
    for (ThreadId u = 0; u < stride_; u += lane) missing |= larger(at(x, u), at(y, u)) ^ at(x, u);
    const auto halves = reinterpret_cast<Halves>(missing);
    return (halves[0] | halves[1]) == 0;
  }
  void maximum(const EventIndex* x, const EventIndex* y, EventIndex* out) const {
    const ThreadId end = stride_;
    for (ThreadId u = 0; u < end; u += lane) {
      *reinterpret_cast<Lanes*>(out + u) = larger(at(x, u), at(y, u));
    }
  }
  EventIndex* mutable_clock(ClockRef c) { return data_.data() + std::size_t{c} * stride_; }
  ClockRef make() {
    const std::size_t end = (std::size_t{used_} + 1) * stride_;
    if (end > data_.size()) [[unlikely]]
      grow(end);
    return used_++;
  }
  [[gnu::noinline]] void grow(std::size_t end) { data_.resize(std::max(end, data_.size() * 2)); }

  Vector<EventIndex> data_;
  ThreadId stride_ = block;
  std::uint32_t used_ = 0;
};

}  // namespace heddle::kernel
