#pragma once

#include <string>

#include "cli/run_options.hpp"
#include "reports/symbolize/elf_file.hpp"

namespace heddle::cli {

// Empty if all code of the program is known to be instrumented completely, so that every access to memory
// that its threads share is seen (docs/instrumentation.md). Otherwise the reason why that is not known.
std::string why_not_all_instrumented(const report::ElfFile& program);

// Unless the user has said whether executions are recalled: they are if all of the program is instrumented.
void choose_recall(RunOptions& run, const std::string& program);

}  // namespace heddle::cli
