#include "checker/runtime/records.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>
#include <utility>

#include "checker/runtime/descriptors.hpp"
#include "checker/runtime/modules.hpp"
#include "checker/runtime/raw_syscall.hpp"
#include "checker/runtime/real_clock.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/stdio_locks.hpp"

namespace heddle::runtime {
namespace {

int result_fd = -1;
std::int64_t started_ns = 0;
JsonWriter* writer = nullptr;
RecordSink* sink = nullptr;
std::int64_t other_cpu_ns = 0;
const explore::Counts* live_counts = nullptr;
const char* live_mode = "random";

const char* name_of(explore::Search strategy) {
  switch (strategy) {
    case explore::Search::automatic:
      return "default";
    case explore::Search::surw:
      return "surw";
    case explore::Search::urw:
      return "urw";
    case explore::Search::rff:
      return "rff";
    case explore::Search::random_walk:
      return "random_walk";
    case explore::Search::pct:
      return "pct";
    case explore::Search::pos:
      return "pos";
    case explore::Search::bounded:
      return "bounded";
    case explore::Search::portfolio:
      return "portfolio";
    case explore::Search::exhaustive:
      return "exhaustive";
    case explore::Search::bytes:
      return "bytes";
  }
  return "default";
}

const char* name_of(explore::ModelName model) {
  switch (model) {
    case explore::ModelName::rc11:
      return "rc11";
    case explore::ModelName::sc:
      return "sc";
    case explore::ModelName::tso:
      return "tso";
  }
  return "rc11";
}

void write_counts(JsonWriter& out, const explore::Counts& counts, const explore::Estimate& estimate) {
  out.member("executions", counts.executions);
  out.member("complete", counts.complete);
  out.member("blocked", counts.blocked);
  out.member("cut", counts.cut);
  out.member("operations", counts.operations);
  out.member("stale", counts.stale);
  out.member("recalled", counts.recalled);
  out.key("elapsed_s");
  out.seconds(elapsed_s());
  out.key("cpu_s");
  out.seconds(static_cast<double>(real_cpu_now_ns() + other_cpu_ns) / 1e9);
  out.key("estimate");
  if (estimate.executions == 0) {
    out.null();
  } else {
    out.real(estimate.executions);
  }
  out.key("estimate_spread");
  if (estimate.executions == 0) {
    out.null();
  } else {
    out.real(estimate.spread);
  }
}

}  // namespace

bool open_result(const explore::Options& options) {
  started_ns = real_now_ns();
  const long opened =
      raw_syscall(SYS_openat, AT_FDCWD, options.result, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (opened < 0) return false;
  result_fd = static_cast<int>(move_descriptor_away(opened));
  return true;
}

JsonWriter& begin_record(const char* type) {
  if (writer == nullptr) writer = new (kernel::engine_allocate(sizeof(JsonWriter))) JsonWriter;
  writer->clear();
  writer->begin_object();
  writer->member("type", type);
  return *writer;
}

void end_record(std::uint64_t key) {
  writer->end_object();
  writer->end_line();
  if (sink != nullptr) {
    sink->record(writer->text(), writer->size(), key);
  } else {
    write_record_text(writer->text(), writer->size());
  }
}

void write_record_text(const char* text, std::size_t bytes) {
  const long error = write_all(result_fd, text, bytes);
  if (error == 0) return;
  engine_failure(
      "cannot write the records of the run: %s. They go to the folder for temporary files (TMPDIR)",
      strerrordesc_np(static_cast<int>(error)));
}

RecordSink* set_record_sink(RecordSink* chosen) { return std::exchange(sink, chosen); }

void set_other_cpu_ns(std::int64_t ns) { other_cpu_ns = ns; }

void write_start(int argc, char** argv, const explore::Options& options) {
  find_modules();
  JsonWriter& out = begin_record("start");
  out.member("protocol", std::uint64_t{1});
  out.member("program", argc > 0 ? argv[0] : "");
  out.key("arguments");
  out.begin_array();
  for (int i = 1; i < argc; ++i) out.string(argv[i]);
  out.end_array();
  out.member("pid", static_cast<std::uint64_t>(raw_syscall(SYS_getpid)));
  out.key("modules");
  write_modules(out);
  out.member("strategy", options.run == explore::Run::replay ? "replay" : name_of(options.strategy));
  out.member("model", name_of(options.model));
  out.key("seed");
  out.decimal_string(options.seed);
  end_record();
}

void write_progress(const explore::Counts& counts, const explore::Estimate& estimate, const char* phase) {
  JsonWriter& out = begin_record("progress");
  out.member("phase", phase);
  write_counts(out, counts, estimate);
  end_record();
}

namespace {

const char* word(explore::GivenUp why) {
  switch (why) {
    case explore::GivenUp::no:
      break;
    case explore::GivenUp::too_long:
      return "too_long";
    case explore::GivenUp::too_many_operations:
      return "too_many_operations";
    case explore::GivenUp::endless:
      return "endless";
  }
  return "";
}

void write_phases(JsonWriter& out, const kernel::Vector<explore::Phase>& phases) {
  if (phases.empty()) return;
  out.key("phases");
  out.begin_array();
  for (const explore::Phase& p : phases) {
    out.begin_object();
    out.member("name", p.name);
    out.member("executions", p.executions);
    out.key("bound");
    if (p.bound < 0) {
      out.null();
    } else {
      out.signed_number(p.bound);
    }
    out.key("all_within_bound");
    out.boolean(p.all_within_bound);
    out.key("ended");
    out.boolean(p.ended);
    out.member("given_up", word(p.given_up));
    out.key("estimate");
    if (p.estimate.executions == 0) {
      out.null();
    } else {
      out.real(p.estimate.executions);
    }
    out.key("seconds_needed");
    out.real(p.seconds_needed);
    out.end_object();
  }
  out.end_array();
}

}  // namespace

void write_summary(const explore::Counts& counts, const Conclusion& conclusion) {
  if (sink != nullptr) {
    sink->trouble(conclusion.reason, conclusion.message);
    return;
  }
  JsonWriter& out = begin_record("summary");
  out.member("mode", conclusion.mode);
  out.key("verified");
  out.boolean(conclusion.verified);
  out.member("reason", conclusion.reason);
  write_counts(out, counts, conclusion.estimate);
  out.key("bound");
  if (conclusion.bound < 0) {
    out.null();
  } else {
    out.signed_number(conclusion.bound);
  }
  out.member("message", conclusion.message);
  write_phases(out, conclusion.phases);
  if (conclusion.shards != 0) {
    out.key("shard");
    out.begin_object();
    out.member("index", std::uint64_t{conclusion.shard});
    out.member("count", std::uint64_t{conclusion.shards});
    out.key("split");
    out.hex_string(conclusion.split);
    out.end_object();
  }
  end_record();
}

void set_live_counts(const explore::Counts* counts, const char* mode) {
  live_counts = counts;
  live_mode = mode;
}

double elapsed_s() { return static_cast<double>(real_now_ns() - started_ns) / 1e9; }

void leave_process(int code) {
  hot.controlled = false;
  hot.active = false;
  release_stdio_locks();
  fflush(nullptr);
  for (;;) raw_syscall(SYS_exit_group, code);
}

void stop_unsupported(const char* message) {
  write_summary(live_counts != nullptr ? *live_counts : explore::Counts{},
                {.mode = live_mode, .reason = "unsupported", .verified = false, .message = message});
  leave_process(2);
}

void engine_crashed(const char* signal, std::uintptr_t pc, std::uintptr_t address) {
  hot.controlled = false;
  if (result_fd >= 0 && writer != nullptr) {
    char message[128];
    snprintf(message, sizeof message, "the checker itself crashed: %s at 0x%lx, address 0x%lx", signal, pc,
             address);
    write_summary(live_counts != nullptr ? *live_counts : explore::Counts{},
                  {.mode = live_mode, .reason = "error", .verified = false, .message = message});
  }
  engine_failure("%s at 0x%lx, address 0x%lx", signal, pc, address);
}

}  // namespace heddle::runtime
