// What `heddle report` and the report options of `heddle check` share.
#pragma once

#include <string>
#include <vector>

#include "reports/format/run.hpp"
#include "reports/merge/suppressions.hpp"

namespace heddle::cli {

// The formats that are files for others, by name: "json", "sarif", ...
std::vector<std::string> document_formats();
std::string document_in(const std::string& format_name, const format::RunResult& result,
                        const std::string& source_root);

// The suppressions in a file; none for an empty name. False: the file cannot be used, which was said.
bool load_suppressions(const std::string& file, std::vector<report::Suppression>& into);
// Applies them, and warns of those that expired or matched nothing.
void apply_suppressions(const std::vector<report::Suppression>& suppressions, format::RunResult& result);

}  // namespace heddle::cli
