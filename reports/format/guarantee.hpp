// What a verdict promises, in one sentence, no more and no less.
#pragma once

#include <string>

#include "reports/format/run.hpp"

namespace heddle::format {

std::string guarantee(const RunResult& result);

// "rc11" -> "the C++20 memory model (RC11)"
std::string model_in_words(const std::string& model);

}  // namespace heddle::format
