#include "checker/explore/exhaustive/unordered.hpp"

#include <algorithm>

#include "checker/explore/exhaustive/commuting.hpp"
#include "checker/explore/exhaustive/unread.hpp"

namespace heddle::explore {

using kernel::Graph;
using kernel::no_thread;
using kernel::ObjectKind;
using kernel::Operation;
using kernel::OperationKind;
using kernel::ThreadId;

namespace {

constexpr std::uint32_t surprises_max = 3;
constexpr std::size_t locations_max = 64;

using Addresses = kernel::Vector<std::uintptr_t>;

bool contains(const Addresses& addresses, std::uintptr_t address) {
  return std::ranges::find(addresses, address) != addresses.end();
}
void add_to(Addresses& addresses, std::uintptr_t address) {
  if (addresses.size() < locations_max && !contains(addresses, address)) addresses.push_back(address);
}

bool is_access(const Operation& op) {
  return (op.kind == OperationKind::load || op.kind == OperationKind::store ||
          op.kind == OperationKind::rmw) &&
         op.site.object_kind == ObjectKind::atomic;
}

}  // namespace

UnorderedLocations::Known& UnorderedLocations::meet(const Operation& op) {
  if (op.location >= known_.size()) known_.resize(op.location + 1 + op.location / 2);
  Known& known = known_[op.location];
  if (!known.met) {
    known.met = true;
    known.address = op.site.object != 0 ? op.site.object : op.location;
    known.unread = contains(ground_.unread.addresses, known.address);
    known.commuting = contains(ground_.commuting.addresses, known.address);
  }
  return known;
}

void UnorderedLocations::learn(Known& known, ThreadId t, const Operation& op) {
  known.read = known.read || unread::is_read(op);
  if (unread::is_store(op)) {
    known.stored_by_several = known.stored_by_several || (known.storer != no_thread && known.storer != t);
    known.storer = t;
  }
  if (commuting::is_update(op)) {
    known.counted_by_several = known.counted_by_several || (known.counter != no_thread && known.counter != t);
    known.counter = t;
  }
}

bool UnorderedLocations::arrive(ThreadId t, const Operation& op) {
  if (commuting::forbids(op)) {
    fences_ = true;
    if (ground_.commuting.addresses.empty()) return true;
    ground_.commuting.surprises = surprises_max;
    drop(ground_.commuting, 0);
    return false;
  }
  if (!is_access(op)) return true;
  Known& known = meet(op);
  if (!ground_.settled) {
    learn(known, t, op);
    return true;
  }
  if (known.unread && unread::is_read(op)) {
    drop(ground_.unread, known.address);
    return false;
  }
  if (known.commuting && op.accepts != nullptr) {
    drop(ground_.commuting, known.address);
    return false;
  }
  return true;
}

bool UnorderedLocations::look(std::uintptr_t address) {
  if (!ground_.settled) add_to(looked_, address);
  if (!contains(ground_.unread.addresses, address)) return true;
  drop(ground_.unread, address);
  return false;
}

bool UnorderedLocations::add(const Graph& g, ThreadId t, const Operation& op) {
  if (op.kind == OperationKind::fence && has_acquire(op.order)) {
    for (const kernel::LocationId x : g.touched()) {
      if (x >= known_.size() || !known_[x].commuting || !commuting::is_acquired(g, t, x)) continue;
      drop(ground_.commuting, known_[x].address);
      return false;
    }
  }
  if (!is_access(op)) return true;
  Known& known = meet(op);
  if (!known.commuting || commuting::is_ordered(g, t, op)) return true;
  drop(ground_.commuting, known.address);
  return false;
}

bool UnorderedLocations::go_round(kernel::LocationId x) {
  if (x >= known_.size() || !known_[x].commuting) return true;
  drop(ground_.commuting, known_[x].address);
  return false;
}

bool UnorderedLocations::settle() {
  UnorderedGround chosen;
  for (const Known& known : known_) {
    if (known.counted_by_several && may_commute_ && !fences_)
      add_to(chosen.commuting.addresses, known.address);
    if (!known.stored_by_several || known.read || !may_be_unread_ || contains(looked_, known.address))
      continue;
    // Another object may have been at the address before.
    const bool read = std::ranges::any_of(
        known_, [&](const Known& other) { return other.read && other.address == known.address; });
    if (!read) add_to(chosen.unread.addresses, known.address);
  }
  chosen.settled = true;
  assume(chosen);
  return any();
}

void UnorderedLocations::assume(const UnorderedGround& ground) {
  ground_ = ground;
  ground_.settled = ground_.settled || (!may_be_unread_ && !may_commute_);
  forget();
}

void UnorderedLocations::forget() {
  known_.clear();
  looked_.clear();
  fences_ = false;
}

void UnorderedLocations::assume_nothing() {
  ground_.unread.addresses.clear();
  ground_.commuting.addresses.clear();
  ground_.settled = true;
  assume(UnorderedGround(ground_));
}

void UnorderedLocations::drop(Assumed& assumed, std::uintptr_t address) {
  Addresses rest;
  ++assumed.surprises;
  for (const std::uintptr_t other : assumed.addresses) {
    if (other != address && assumed.surprises < surprises_max) rest.push_back(other);
  }
  assumed.addresses = rest;
  assume(UnorderedGround(ground_));
}

}  // namespace heddle::explore
