// Reads result documents (docs/schema/result-1.json) of this version and of earlier ones. Members that are
// missing read as empty, wrong types as missing. Never throws on any input.
#pragma once

#include <string>
#include <string_view>

#include "reports/format/run.hpp"

namespace heddle::format {

// False: the text is no result document this version can read, and `error` says why and what to do.
bool read_result(std::string_view text, RunResult& into, std::string& error);

}  // namespace heddle::format
