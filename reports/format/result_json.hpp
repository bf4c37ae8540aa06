// The result document as JSON. Its schema is docs/schema/result-1.json; members are only ever added within a
// version.
#pragma once

#include <string>

#include "reports/format/run.hpp"

namespace heddle::format {

inline constexpr const char* result_schema_version = "1.3";

// One JSON document with a newline at the end. Bytes that are not UTF-8 are replaced.
std::string to_json(const RunResult& result);

// The same on one line with a first member "type":"result": the last line of an NDJSON stream.
std::string to_json_line(const RunResult& result);

}  // namespace heddle::format
