// Reading what records (docs/run-protocol.md) and result documents (docs/schema) have in common: findings. A
// stack is addresses in the one and frames in the other; each entry tells by its type.
#pragma once

#include "reports/format/finding.hpp"
#include "reports/format/json_members.hpp"

namespace heddle::format {

Stack read_stack(const members::Json& j, const char* key);

// Members that are missing or of another type keep their defaults. Threads, objects and steps are put in
// order.
Finding read_finding(const members::Json& j);

// What was learnt about a finding by trying: a `why` record, or a finding's member `analysis`.
void read_analysis(const members::Json& j, Finding& finding);

}  // namespace heddle::format
