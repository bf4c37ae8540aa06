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
// A `key` other than 0 tells records apart that several processes may write: findings.
JsonWriter& begin_record(const char* type);
void end_record(std::uint64_t key = 0);
// A record made elsewhere.
void write_record_text(const char* text, std::size_t bytes);

// Takes the records of this process instead of the file.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  virtual void record(const char* text, std::size_t bytes, std::uint64_t key) = 0;
  // Instead of a summary: why this process, and the run with it, cannot go on.
  virtual void trouble(const char* reason, const char* message) = 0;
};
// Returns the one before; null: the file.
RecordSink* set_record_sink(RecordSink* sink);

// CPU time of other processes, to be added to this one's.
void set_other_cpu_ns(std::int64_t ns);

void write_start(int argc, char** argv, const explore::Options& options);
void write_progress(const explore::Counts& counts, const explore::Estimate& estimate, const char* phase);

struct Conclusion {
  const char* mode = "random";   // random, exhaustive, bounded, portfolio, replay
  const char* reason = "error";  // why the run ended, as in the protocol
  bool verified = false;
  std::int64_t bound = -1;  // all schedules within it were run; -1: none
  explore::Estimate estimate = {};
  const char* message = "";
  kernel::Vector<explore::Phase> phases = {};
  // The shard of the search this was, of how many, and what identifies the division; count 0: no shard.
  std::uint32_t shard = 0;
  std::uint32_t shards = 0;
  std::uint64_t split = 0;
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
