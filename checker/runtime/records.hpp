// The result file: one JSON line per fact, written when it is known (docs/run-protocol.md).
#pragma once

#include <cstdint>

#include "checker/explore/explorer.hpp"
#include "checker/explore/options.hpp"
#include "checker/runtime/json_writer.hpp"
#include "checker/runtime/thread.hpp"

namespace heddle::runtime {

// Opens the result file for appending and starts the clock of `elapsed_s`. False: it cannot be opened.
bool open_result(const explore::Options& options);

// A writer for the next record, empty but for {"type":type. Finish it with end_record.
JsonWriter& begin_record(const char* type);
void end_record();

void write_start(int argc, char** argv, const explore::Options& options);
void write_progress(const explore::Counts& counts, const char* phase);

struct Conclusion {
  const char* mode = "random";   // random, exhaustive, bounded, portfolio, replay
  const char* reason = "error";  // why the run ended, as in the protocol
  bool verified = false;
  const char* message = "";
};
void write_summary(const explore::Counts& counts, const Conclusion& conclusion);

// Counts for records that are written from the middle of an execution.
void set_live_counts(const explore::Counts* counts, const char* mode);

// The summary of a run that met an unsupported call, then exit code 2.
[[noreturn]] void stop_unsupported(const char* message);

// Seconds since open_result.
double elapsed_s();

// Once, before the first execution: makes room to remember what was warned about.
void open_warnings();

// Flushes the program's streams and ends the real process, running nothing of the program.
[[noreturn]] void leave_process(int code);

// The engine itself crashed: a last record, then exit code 5. Callable from a signal handler.
[[noreturn]] void engine_crashed(const char* signal, std::uintptr_t pc, std::uintptr_t address);

}  // namespace heddle::runtime
