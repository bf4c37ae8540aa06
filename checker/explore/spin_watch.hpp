// Recognises spin loops by state repetition: a thread that comes back to the same instruction with the same
// registers and stack, without a store or another side effect in between, has gone round in a circle. By
// determinism it will go round again until one of the locations it read on the way changes.
//
// Fingerprints are computed only where a loop is suspected: the same instruction read the same store twice in
// a row.
#pragma once

#include <cstdint>

#include "checker/kernel/memory.hpp"
#include "checker/kernel/operation.hpp"

namespace heddle::explore {

class SpinWatch {
 public:
  enum class Verdict : std::uint8_t { none, suspected, loop };

  void reset() { *this = {}; }

  // The thread stored, created a thread, chose: whatever it does next is new.
  void side_effect() {
    for (Place& p : places_) p.pc = 0;
  }

  // The thread arrives at `op`, having done `index` events. `always`: compute the fingerprint without
  // suspicion. On `loop`, `loop_begin()` is the number of events it had done when it was in this state
  // before.
  Verdict arrive(const kernel::Operation& op, kernel::EventIndex index, bool always) {
    if (op.state == nullptr || op.site.pc == 0) return Verdict::none;
    Place* place = find(op.site.pc);
    if (place == nullptr) {
      place = &places_[next_++ % places_count];
      *place = {op.site.pc, no_source, 0, false, 0};
      if (!always) return Verdict::none;
    }
    if (!always && place->repeats < 1) return Verdict::none;
    const std::uint64_t state = op.state();
    if (place->has_state && place->state == state) {
      loop_begin_ = place->index;
      return Verdict::loop;
    }
    place->state = state;
    place->has_state = true;
    place->index = index;
    return Verdict::suspected;
  }

  // What the read that arrived at this instruction read.
  void read(std::uintptr_t pc, kernel::Stamp source) {
    Place* const place = find(pc);
    if (place == nullptr) return;
    place->repeats = place->source == source ? place->repeats + 1 : 0;
    place->source = source;
  }

  kernel::EventIndex loop_begin() const { return loop_begin_; }

 private:
  static constexpr unsigned places_count = 4;  // reads in one loop body that can be told apart
  static constexpr kernel::Stamp no_source = kernel::no_stamp;
  struct Place {
    std::uintptr_t pc = 0;
    kernel::Stamp source = no_source;
    std::uint32_t repeats = 0;
    bool has_state = false;
    kernel::EventIndex index = 0;
    std::uint64_t state = 0;
  };
  Place* find(std::uintptr_t pc) {
    for (Place& p : places_) {
      if (p.pc == pc) return &p;
    }
    return nullptr;
  }

  Place places_[places_count];
  unsigned next_ = 0;
  kernel::EventIndex loop_begin_ = 0;
};

}  // namespace heddle::explore
