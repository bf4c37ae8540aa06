#include "checker/detect/linearizability/history.hpp"

namespace heddle::detect {

void History::clear(Lane lanes) {
  lanes_ = lanes;
  returned_count_ = 0;
  operations_.resize(lanes);
  for (kernel::Vector<OperationId>& lane : operations_) lane.clear();
  lane_of_.clear();
  position_.clear();
  returned_.clear();
  before_.clear();
}

OperationId History::add(Lane lane, bool returned, std::span<const std::uint32_t> before) {
  const OperationId id = size();
  position_.push_back(length(lane));
  operations_[lane].push_back(id);
  lane_of_.push_back(lane);
  returned_.push_back(returned ? 1 : 0);
  if (returned) ++returned_count_;
  before_.insert(before_.end(), before.begin(), before.end());
  return id;
}

bool History::precedes(OperationId a, OperationId b) const {
  if (!returned(a)) return false;
  if (lane(a) == lane(b)) return position(a) < position(b);
  return position(a) < before(b)[lane(a)];
}

DerivedHistory in_program_order(const History& from) {
  DerivedHistory to{History(from.lanes()), {}};
  const kernel::Vector<std::uint32_t> nothing(from.lanes());
  for (OperationId id = 0; id < from.size(); ++id) {
    to.history.add(from.lane(id), from.returned(id), nothing);
    to.origin.push_back(id);
  }
  return to;
}

DerivedHistory in_quiescent_order(const History& from) {
  const std::uint32_t n = from.size();
  // The component each operation belongs to, as the smallest operation in it.
  kernel::Vector<OperationId> component(n);
  for (OperationId id = 0; id < n; ++id) component[id] = id;
  const auto root = [&component](OperationId id) {
    while (component[id] != id) id = component[id];
    return id;
  };
  for (OperationId a = 0; a < n; ++a) {
    for (OperationId b = a + 1; b < n; ++b) {
      if (from.precedes(a, b) || from.precedes(b, a)) continue;
      const OperationId x = root(a);
      const OperationId y = root(b);
      component[x < y ? y : x] = x < y ? x : y;
    }
  }
  DerivedHistory to{History(n), {}};
  kernel::Vector<std::uint32_t> before(n);
  for (OperationId id = 0; id < n; ++id) {
    for (OperationId other = 0; other < n; ++other)
      before[other] = root(other) != root(id) && from.precedes(other, id) ? 1 : 0;
    to.history.add(id, from.returned(id), before);
    to.origin.push_back(id);
  }
  return to;
}

DerivedHistory part_of(const History& from, std::span<const std::uint64_t> keys, std::uint64_t key) {
  DerivedHistory to{History(from.lanes()), {}};
  kernel::Vector<std::uint32_t> before(from.lanes());
  for (OperationId id = 0; id < from.size(); ++id) {
    if (keys[id] != key) continue;
    for (Lane lane = 0; lane < from.lanes(); ++lane) {
      before[lane] = 0;
      if (lane == from.lane(id)) continue;
      for (std::uint32_t i = 0; i < from.before(id)[lane]; ++i)
        before[lane] += keys[from.operation(lane, i)] == key ? 1 : 0;
    }
    to.history.add(from.lane(id), from.returned(id), before);
    to.origin.push_back(id);
  }
  return to;
}

}  // namespace heddle::detect
