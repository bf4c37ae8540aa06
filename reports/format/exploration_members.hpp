// Members of how a search went that the program's records and the result document have in common.
#pragma once

#include <optional>
#include <vector>

#include "reports/format/json_members.hpp"
#include "reports/format/run.hpp"

namespace heddle::format::members {

std::vector<Phase> read_phases(const Json& j);
std::optional<Shard> read_shard(const Json& j);

}  // namespace heddle::format::members
