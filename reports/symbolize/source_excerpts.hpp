// The source text that a result's stacks mention, kept in the result: reports are read where the sources are
// not, or where they have changed.
#pragma once

#include "reports/format/run.hpp"
#include "reports/symbolize/source_lines.hpp"

namespace heddle::report {

// Every line that a frame of the user's own code names, with lines around it.
void capture_sources(format::RunResult& result, SourceLines& lines);

}  // namespace heddle::report
