#include "reports/format/exploration_members.hpp"

namespace heddle::format::members {
namespace {

Phase read_phase(const Json& j) {
  Phase p;
  p.name = text(j, "name");
  p.executions = natural(j, "executions");
  p.bound = optional_natural(j, "bound");
  p.all_within_bound = boolean(j, "all_within_bound");
  p.ended = boolean(j, "ended");
  p.given_up = text(j, "given_up");
  p.estimate = real(j, "estimate");
  p.seconds_needed = real(j, "seconds_needed").value_or(0);
  return p;
}

}  // namespace

std::vector<Phase> read_phases(const Json& j) {
  std::vector<Phase> phases;
  read_all(j, "phases", phases, read_phase);
  return phases;
}

std::optional<Shard> read_shard(const Json& j) {
  const Json& shard = member(j, "shard");
  if (!shard.is_object()) return std::nullopt;
  return Shard{natural(shard, "index"), natural(shard, "count"), text(shard, "split")};
}

}  // namespace heddle::format::members
