#include "checker/explore/random/known_accesses.hpp"

#include <algorithm>

namespace heddle::explore {

namespace {

// One table holds several kinds of things.
enum Kind : std::uint64_t { of_read = 1, of_write, of_place, of_pair, of_set };
std::uint64_t key_of(Kind kind, std::uint64_t what) {
  return ((what ^ kind << 59U) * 0x9e3779b97f4a7c15U) | 1U;
}
std::uint64_t pair_of(AccessId write, AccessId read) { return write * 0xa0761d6478bd642fU ^ read; }

// Draws and accesses looked at before it is said that there is nothing to be drawn.
constexpr unsigned draws_max = 16;
constexpr std::size_t looked_at_max = 4096;

}  // namespace

KnownAccesses::Slot* KnownAccesses::find_or_add(std::uint64_t key, bool& added) {
  added = false;
  for (std::size_t i = key >> 48U;; i = (i + 1) % slots) {
    Slot& slot = table_[i];
    if (slot.key == key) return &slot;
    if (slot.key != 0) continue;
    if (used_ == used_max) return nullptr;
    ++used_;
    added = true;
    slot.key = key;
    return &slot;
  }
}

const KnownAccesses::Slot* KnownAccesses::find(std::uint64_t key) const {
  for (std::size_t i = key >> 48U; table_[i].key != 0; i = (i + 1) % slots) {
    if (table_[i].key == key) return &table_[i];
  }
  return nullptr;
}

void KnownAccesses::begin_execution() { ++execution_; }

void KnownAccesses::note(const kernel::Operation& op, kernel::ThreadId t) {
  const Access access{access_of(op), place_of(op)};
  bool added = false;
  Slot* const place = find_or_add(key_of(of_place, access.place), added);
  if (place == nullptr) return;
  if (added) place->thread = t;
  place->shared = place->shared || place->thread != t;
  const bool writes = touch(op) == Touch::writes;
  if (writes) {
    place->execution = execution_;
    place->value = access.id;
    if (find_or_add(key_of(of_write, access.id), added) != nullptr && added) writes_.push_back(access);
  }
  const bool reads = !writes || op.kind == kernel::OperationKind::rmw;
  if (reads && find_or_add(key_of(of_read, access.id), added) != nullptr && added) reads_.push_back(access);
}

AccessId KnownAccesses::last_write(std::uint64_t place) const {
  const Slot* const slot = find(key_of(of_place, place));
  return slot != nullptr && slot->execution == execution_ ? slot->value : no_access;
}

KnownAccesses::Pair KnownAccesses::note_pair(AccessId write, AccessId read) {
  bool added = false;
  Slot* const slot = find_or_add(key_of(of_pair, pair_of(write, read)), added);
  if (slot == nullptr || (!added && slot->execution == execution_)) return Pair::known;
  slot->execution = execution_;
  if (added) ++pairs_;
  return added ? Pair::fresh : Pair::again;
}

bool KnownAccesses::draw(kernel::Random& random, Access& write, Access& read) const {
  if (reads_.empty()) return false;
  for (unsigned i = 0; i < draws_max; ++i) {
    read = reads_[random.below(static_cast<std::uint32_t>(reads_.size()))];
    const Slot* const place = find(key_of(of_place, read.place));
    if (place == nullptr || !place->shared) continue;
    write = {no_access, read.place};
    if (random.below(8) == 0 || writes_.empty()) return true;
    const std::uint32_t first = random.below(static_cast<std::uint32_t>(writes_.size()));
    for (std::size_t j = 0; j < std::min(writes_.size(), looked_at_max); ++j) {
      const Access& candidate = writes_[(first + j) % writes_.size()];
      if (candidate.place != read.place) continue;
      write = candidate;
      break;
    }
    return true;
  }
  return false;
}

std::uint32_t KnownAccesses::count_execution(std::uint64_t reads) {
  bool added = false;
  ++executions_;
  Slot* const slot = find_or_add(key_of(of_set, reads), added);
  if (slot == nullptr) return 1;
  if (added) ++sets_;
  return static_cast<std::uint32_t>(++slot->value);
}

std::uint32_t KnownAccesses::executions_with(std::uint64_t reads) const {
  const Slot* const slot = find(key_of(of_set, reads));
  return slot != nullptr ? static_cast<std::uint32_t>(slot->value) : 0;
}

}  // namespace heddle::explore
