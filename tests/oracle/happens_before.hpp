// Happens-before and data races, as C++20 defines them on one execution; shared by both models.
#pragma once

#include "tests/oracle/execution.hpp"

namespace heddle::oracle {

// What a release store heads: itself and the rmw chain reading from it; in C++11 also later stores of the
// same thread to the same location, with the rmw chains reading from those.
enum class ReleaseSequence { cpp11, cpp20 };

// (po | synchronizes-with)+ .
Relation happens_before(const Execution& execution,
                        ReleaseSequence release_sequence = ReleaseSequence::cpp20);

// Whether two accesses of one location, one of them a write and one of them non-atomic, are unordered by
// `hb`.
bool has_race(const Execution& execution, const Relation& hb);

}  // namespace heddle::oracle
