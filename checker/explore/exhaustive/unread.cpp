#include "checker/explore/exhaustive/unread.hpp"

#include <algorithm>

namespace heddle::explore {

using kernel::no_thread;
using kernel::ObjectKind;
using kernel::Operation;
using kernel::OperationKind;
using kernel::ThreadId;

namespace {
constexpr std::uint32_t surprises_max = 3;
constexpr std::size_t locations_max = 64;
}  // namespace

UnreadLocations::Known& UnreadLocations::meet(const Operation& op) {
  if (op.location >= known_.size()) known_.resize(op.location + 1 + op.location / 2);
  Known& known = known_[op.location];
  if (!known.met) {
    known.met = true;
    known.address = op.site.object != 0 ? op.site.object : op.location;
    known.assumed = std::ranges::find(assumed_.addresses, known.address) != assumed_.addresses.end();
  }
  return known;
}

bool UnreadLocations::arrive(ThreadId t, const Operation& op) {
  const bool reads = op.kind == OperationKind::load || op.kind == OperationKind::rmw || op.observed;
  if ((op.kind != OperationKind::store && !reads) || op.site.object_kind != ObjectKind::atomic) return true;
  Known& known = meet(op);
  if (!assumed_.settled) {
    known.read = known.read || reads;
    known.shared = known.shared || (known.first != no_thread && known.first != t);
    known.first = t;
    return true;
  }
  if (!reads || !known.assumed) return true;
  drop(known.address);
  return false;
}

bool UnreadLocations::looked_at(std::uintptr_t address) {
  if (!assumed_.settled && std::ranges::find(looked_, address) == looked_.end()) looked_.push_back(address);
  const auto& assumed = assumed_.addresses;
  if (std::ranges::find(assumed, address) == assumed.end()) return true;
  drop(address);
  return false;
}

bool UnreadLocations::settle() {
  UnreadAssumption chosen{{}, 0, true};
  for (const Known& known : known_) {
    if (!known.shared || known.read) continue;
    // Another object may have been at the address before.
    const bool read = std::ranges::find(looked_, known.address) != looked_.end() ||
                      std::ranges::any_of(known_, [&](const Known& other) {
                        return other.read && other.address == known.address;
                      });
    if (read || std::ranges::find(chosen.addresses, known.address) != chosen.addresses.end()) continue;
    chosen.addresses.push_back(known.address);
    if (chosen.addresses.size() == locations_max) break;
  }
  assume(chosen);
  return any();
}

void UnreadLocations::assume(const UnreadAssumption& assumption) {
  assumed_ = assumption;
  known_.clear();
  looked_.clear();
}

void UnreadLocations::drop(std::uintptr_t address) {
  UnreadAssumption rest{{}, assumed_.surprises + 1, true};
  for (const std::uintptr_t other : assumed_.addresses) {
    if (other != address && rest.surprises < surprises_max) rest.addresses.push_back(other);
  }
  assume(rest);
}

}  // namespace heddle::explore
