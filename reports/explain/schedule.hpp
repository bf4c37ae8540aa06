// The interleaving seen as a schedule: who moves from which step to which, and which locks are held
// meanwhile.
#pragma once

#include <vector>

#include "reports/format/finding.hpp"

namespace heddle::report {

std::vector<format::Turn> turns(const format::Finding& finding);

// Mutexes, spin locks and read-write locks, in the order they were taken.
std::vector<format::LockSpan> lock_spans(const format::Finding& finding);

}  // namespace heddle::report
