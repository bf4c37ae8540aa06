// One sentence that says what went wrong, with the names of objects and threads and with source places.
#pragma once

#include <string>

#include "reports/format/finding.hpp"

namespace heddle::format {

// Needs symbolized stacks and named objects. Falls back to the finding's message, then to its title.
std::string cause(const Finding& finding);

// For a race: why nothing orders the two accesses, as far as the interleaving shows; empty if it does not.
std::string missing_ordering(const Finding& finding);

// The blocked threads that wait for each other: for each but the last, the next is its holder, and the last
// one's holder is the first. Empty if there is no such cycle.
std::vector<const Blocked*> wait_cycle(const Finding& finding);

}  // namespace heddle::format
