// What trying other executions has shown, in words.
#pragma once

#include <string>

#include "reports/format/finding.hpp"

namespace heddle::report {

// Memory orders that prevent it; empty if none are known. The steps must have their texts.
std::string fixes_in_words(const format::Finding& finding);

// How the interleaving differs from the nearest one that passes; empty without one.
std::string turning_in_words(const format::Finding& finding);

// The share of random continuations that fail, and what it means.
std::string chance_in_words(const format::Finding& finding, const format::Chance& chance);

}  // namespace heddle::report
