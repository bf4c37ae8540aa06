// Recognises spin loops by state repetition: a thread that comes back to the same instruction to read the
// same location with the same registers and stack, without a store or another side effect in between, has
// gone round in a circle. By determinism it will go round again until one of the locations it read on the way
// changes. A place where a thread comes back to is an instruction with a location, because one instruction
// may read several of them in a round: that of a function that is called to read.
//
// Fingerprints are computed only where a loop is suspected: the same store was read twice in a row at a
// place, or a rmw that wrote nothing is tried again (which by coherence need never read the same store twice,
// where it waits in between for another). Code that is not instrumented has side effects nobody sees (strtok,
// assembly): before a loop is called one for good, the thread must come back having left all of memory as it
// was.
#pragma once

#include <cstdint>
#include <utility>

#include "checker/kernel/memory.hpp"
#include "checker/kernel/operation.hpp"

namespace heddle::explore {

class SpinWatch {
 public:
  enum class Verdict : std::uint8_t { none, suspected, loop };

  void reset() {
    side_effect();
    reads_ = arrivals_ = 0;
  }

  // The thread stored, created a thread, chose: whatever it does next is new.
  void side_effect() {
    if (!any_) return;
    any_ = false;
    forgot_ = false;
    for (Place& p : places_) p.pc = 0;
    passed_.clear();
  }

  // An instruction the thread has come by since its last side effect.
  struct Passed {
    std::uintptr_t pc;
    std::uint32_t arrival;  // the last, of those that were noted
  };
  // Notes that the thread arrives at this instruction, before it does (`arrive`).
  void pass(std::uintptr_t pc) {
    ++arrivals_;
    any_ = true;
    for (Passed& p : passed_) {
      if (p.pc != pc) continue;
      p.arrival = arrivals_;
      return;
    }
    passed_.push_back({pc, arrivals_});
  }
  // After the verdict `loop`: calls visit(pc) for the instructions noted on the way round.
  template <class Visit>
  void for_each_passed(const Visit& visit) const {
    for (const Passed& p : passed_) {
      if (p.arrival > places_[looping_].arrival) visit(p.pc);
    }
  }

  // The thread has read there before, since its last side effect: it may go round in a loop.
  bool knows(const kernel::Operation& op) const {
    return op.site.pc != 0 && find(op.site.pc, op.location) != nullptr;
  }
  // The same, or it was where else so often that this is forgotten.
  bool may_know(const kernel::Operation& op) const { return forgot_ || knows(op); }

  enum class Care : std::uint8_t {
    known,     // the instruction has been seen to spin: compute the fingerprint without suspicion
    quick,     // registers and stack are enough
    thorough,  // memory too
    early,     // registers and stack are enough, and there is suspicion already
    early_thorough
  };

  // The thread arrives at `op`, having done `index` events. On `loop`, `loop_begin()` is the number of events
  // it had done when it was in this state before.
  Verdict arrive(const kernel::Operation& op, kernel::EventIndex index, Care care) {
    if (op.state == nullptr) return Verdict::none;
    return arrive(op, index, care, [&op](bool thorough) { return op.state(thorough).value; });
  }
  // The same where `fingerprint(thorough)` is what there is to know of the thread's state.
  template <class State>
  Verdict arrive(const kernel::Operation& op, kernel::EventIndex index, Care care, const State& fingerprint) {
    using kernel::OperationKind;
    if (op.site.pc == 0) return Verdict::none;
    if (op.kind != OperationKind::load && op.kind != OperationKind::rmw) return Verdict::none;
    const bool at_once = care != Care::quick && care != Care::thorough;
    const bool memory = care == Care::thorough || care == Care::early_thorough;
    Place* place = find(op.site.pc, op.location);
    if (place == nullptr) {
      place = replaceable(care == Care::known);
      forgot_ = forgot_ || place->pc != 0;
      *place = {};
      any_ = true;
      place->pc = op.site.pc;
      place->location = op.location;
      place->read_at = reads_;
      place->known = care == Care::known;
      if (!at_once) return Verdict::none;
    }
    if (!at_once && place->repeats < 1) return Verdict::none;
    const std::uint64_t state = with_arguments(fingerprint(false), op);
    if (place->has_state && place->state == state) {
      loop_begin_ = place->index;
      loop_touched_ = place->touched != op.touched;
      looping_ = static_cast<unsigned>(place - places_);
      if (!memory) return Verdict::loop;
      const std::uint64_t all = with_arguments(fingerprint(true), op);
      if (place->has_all && place->all == all) return Verdict::loop;
      place->all = all;
      place->has_all = true;
    } else {
      place->has_all = care == Care::early_thorough;
      if (place->has_all) place->all = with_arguments(fingerprint(true), op);
    }
    place->state = state;
    place->has_state = true;
    place->index = index;
    place->arrival = arrivals_;
    place->touched = op.touched;
    return Verdict::suspected;
  }

  // What the read that arrived with this operation read.
  void read(const kernel::Operation& op, kernel::Stamp source) {
    ++reads_;
    Place* const place = find(op.site.pc, op.location);
    if (place == nullptr) return;
    place->repeats = place->source == source ? place->repeats + 1 : 0;
    place->source = source;
    place->read_at = reads_;
  }
  // The same for a rmw that wrote what it read: that changes nothing, and the next round reads `written`.
  // An execution with such a round and the one without differ in no value, and the one without orders less.
  void read_and_write_back(const kernel::Operation& op, kernel::Stamp source, kernel::Stamp written) {
    read(op, source);
    if (Place* const place = find(op.site.pc, op.location); place != nullptr) place->source = written;
  }

  // The thread's state when it last arrived there; null: not known.
  const std::uint64_t* state_at(const kernel::Operation& op) const {
    const Place* const place = find(op.site.pc, op.location);
    return place != nullptr && place->has_state ? &place->state : nullptr;
  }

  kernel::EventIndex loop_begin() const { return loop_begin_; }
  // After the verdict `loop`: plain memory was accessed on the way round.
  bool loop_touched() const { return loop_touched_; }
  // After the verdict `loop`: the thread has never gone the round.
  void undo_round() {
    for (Place& p : places_) {
      if (p.index > loop_begin_) p.has_state = false;
    }
  }
  // After the verdict `loop` for a thread that goes on: its next loop begins at event `index`, so that it is
  // one time round and not all of them.
  void go_round(kernel::EventIndex index) { places_[looping_].index = index; }

 private:
  static constexpr unsigned places_count = 4;
  static constexpr unsigned places_kept = 2;           // see replaceable
  static constexpr std::uint32_t loop_reads_max = 64;  // a loop with more reads may not be noticed
  static constexpr kernel::Stamp no_source = kernel::no_stamp;
  struct Place {
    std::uintptr_t pc = 0;
    kernel::LocationId location = 0;
    kernel::Stamp source = no_source;
    std::uint32_t repeats = 0;
    bool has_state = false;
    bool has_all = false;
    bool known = false;
    kernel::EventIndex index = 0;
    std::uint32_t arrival = 0;  // arrivals that were noted, when the thread was there
    std::uint32_t read_at = 0;  // reads of the thread when it last read here
    std::uint64_t state = 0;    // registers, stack, side effects and location
    std::uint64_t all = 0;      // the same and unseen changes of memory
    std::uint64_t touched = 0;  // Operation::touched, when there
  };
  // What is about to be read, and what is expected and written, is in registers that are not kept: nothing
  // else of the state need tell one fetch_or(bits) from the next with other bits.
  static std::uint64_t with_arguments(std::uint64_t state, const kernel::Operation& op) {
    for (const std::uint64_t argument : {std::uint64_t{op.location}, op.operand, op.expected}) {
      state = (state ^ argument) * 0x9fb21c651e98df25ULL;
      state ^= state >> 32;
    }
    return state;
  }

  const Place* find(std::uintptr_t pc, kernel::LocationId location) const {
    if (!any_) return nullptr;
    for (const Place& p : places_) {
      if (p.pc == pc && p.location == location) return &p;
    }
    return nullptr;
  }
  Place* find(std::uintptr_t pc, kernel::LocationId location) {
    return const_cast<Place*>(std::as_const(*this).find(pc, location));
  }

  // Which place to forget for another one: one that is free, or was left behind. Else the first few stay, so
  // that a loop with more places than these is noticed by one of them, and the others take turns, so that
  // what was read before a loop does not keep it from being noticed.
  Place* replaceable(bool known) {
    Place* doubtful = nullptr;
    for (Place& p : places_) {
      if (p.pc == 0 || reads_ - p.read_at > loop_reads_max) return &p;
      if (known && !p.known) doubtful = &p;
    }
    if (doubtful != nullptr) return doubtful;
    Place* oldest = &places_[places_kept];
    for (unsigned i = places_kept + 1; i < places_count; ++i) {
      if (places_[i].read_at < oldest->read_at) oldest = &places_[i];
    }
    return oldest;
  }

  bool any_ = false;     // some place means something
  bool forgot_ = false;  // some place was forgotten for another
  std::uint32_t reads_ = 0;
  std::uint32_t arrivals_ = 0;
  kernel::Vector<Passed> passed_;
  kernel::EventIndex loop_begin_ = 0;
  bool loop_touched_ = false;
  unsigned looping_ = 0;  // the place of the last verdict `loop`
  Place places_[places_count];
};

}  // namespace heddle::explore
