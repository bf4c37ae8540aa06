// What a search of several kinds did, in words.
#pragma once

#include <string>

#include "reports/format/run.hpp"

namespace heddle::format {

// One sentence; empty if the search was of one kind.
std::string phases_in_words(const Exploration& exploration);

}  // namespace heddle::format
