#include "reports/format/result_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "reports/format/json_members.hpp"
#include "reports/format/rule_lookup.hpp"
#include "reports/format/utf8.hpp"

namespace heddle::format {
namespace {

using members::boolean;
using members::integer;
using members::Json;
using members::list;
using members::member;
using members::natural;
using members::optional_integer;
using members::optional_text;
using members::real;
using members::text;

int line_number(const Json& j, const char* key) { return optional_integer(j, key).value_or(0); }

std::optional<std::uint64_t> optional_natural(const Json& j, const char* key) {
  return members::as_natural(member(j, key));
}

template <class T, class Read>
void read_all(const Json& j, const char* key, std::vector<T>& into, Read read) {
  for (const Json& entry : list(j, key)) into.push_back(read(entry));
}

std::vector<std::string> read_words(const Json& j, const char* key) {
  std::vector<std::string> words;
  read_all(j, key, words, [](const Json& e) { return members::as_text(e).value_or(""); });
  return words;
}

Frame read_frame(const Json& j) {
  Frame f;
  f.function = text(j, "function");
  f.file = text(j, "file");
  f.module = text(j, "module");
  f.source = text(j, "source");
  f.offset = natural(j, "offset");
  f.line = line_number(j, "line");
  f.column = line_number(j, "column");
  f.inlined = boolean(j, "inlined");
  f.library = boolean(j, "library");
  return f;
}

Stack read_stack(const Json& j, const char* key) {
  Stack s;
  read_all(j, key, s.frames, read_frame);
  return s;
}

Thread read_thread(const Json& j) {
  Thread t;
  t.id = integer(j, "id");
  t.name = text(j, "name");
  t.entry_function = text(j, "entry");
  t.creator = optional_integer(j, "creator");
  t.created_at = read_stack(j, "created_at");
  t.runs = text(j, "runs");
  return t;
}

Object read_object(const Json& j) {
  Object o;
  o.id = integer(j, "id");
  o.name = text(j, "name");
  o.kind = text(j, "kind");
  o.address = text(j, "address");
  o.size = natural(j, "size");
  o.region = text(j, "region");
  o.block = text(j, "block");
  o.block_size = natural(j, "block_size");
  o.offset = natural(j, "offset");
  o.allocated_by = optional_integer(j, "allocated_by");
  o.allocated_at = read_stack(j, "allocated_at");
  o.stable_name = boolean(j, "stable_name");
  return o;
}

Access read_access(const Json& j) {
  Access a;
  a.role = text(j, "role");
  a.thread = integer(j, "thread");
  a.kind = text(j, "kind");
  a.size = natural(j, "size");
  a.object = optional_integer(j, "object");
  a.address = text(j, "address");
  a.step = optional_natural(j, "step");
  a.stack = read_stack(j, "stack");
  return a;
}

Blocked read_blocked(const Json& j) {
  Blocked b;
  b.thread = integer(j, "thread");
  b.call = text(j, "call");
  b.object = optional_integer(j, "object");
  b.holder = optional_integer(j, "holder");
  b.spin = boolean(j, "spin");
  b.daemon = boolean(j, "daemon");
  b.stack = read_stack(j, "stack");
  return b;
}

Held read_held(const Json& j) {
  return {integer(j, "thread"), optional_integer(j, "object"), read_stack(j, "stack")};
}

Step read_step(const Json& j) {
  Step s;
  s.step = natural(j, "step");
  s.thread = integer(j, "thread");
  s.kind = text(j, "kind");
  s.call = text(j, "call");
  s.object = optional_integer(j, "object");
  s.size = natural(j, "size");
  s.order = text(j, "order");
  s.value = optional_text(j, "value");
  s.written = optional_text(j, "written");
  s.source = members::as_integer(member(j, "source"));
  s.mo_last = boolean(j, "mo_last");
  s.timed_out = boolean(j, "timed_out");
  s.switched = optional_text(j, "switch");
  s.without = text(j, "without");
  s.without_surprise = text(j, "without_surprise");
  read_all(j, "clock", s.clock, [](const Json& e) { return members::as_natural(e).value_or(0); });
  s.stack = read_stack(j, "stack");
  s.text = text(j, "text");
  return s;
}

Turn read_turn(const Json& j) {
  return {integer(j, "thread"), natural(j, "first"), natural(j, "last"), text(j, "why"), text(j, "without")};
}

LockSpan read_lock(const Json& j) {
  return {integer(j, "thread"), integer(j, "object"), natural(j, "first"), optional_natural(j, "last"),
          boolean(j, "shared")};
}

Finding read_finding(const Json& j) {
  Finding f;
  f.rule = text(j, "rule");
  // A later version may have rules this one does not know.
  f.name = rule_of(f.rule) ? rule_name(f.rule) : text(j, "name");
  f.title = rule_of(f.rule) ? rule_title(f.rule) : text(j, "title");
  f.fingerprint = text(j, "fingerprint");
  f.cause = text(j, "cause");
  f.message = text(j, "message");
  f.token = text(j, "token");
  f.replay = text(j, "replay");
  f.execution = natural(j, "execution");
  f.phase = text(j, "phase");
  f.replays = natural(j, "replays");
  f.reproduced = natural(j, "reproduced");
  f.occurrences = std::max<std::uint64_t>(natural(j, "occurrences"), 1);
  read_all(j, "threads", f.threads, read_thread);
  read_all(j, "objects", f.objects, read_object);
  read_all(j, "accesses", f.accesses, read_access);
  read_all(j, "blocked", f.blocked, read_blocked);
  read_all(j, "held", f.held, read_held);
  read_all(j, "steps", f.steps, read_step);
  if (const Json& m = member(j, "minimized"); m.is_object()) {
    f.minimized =
        Minimized{natural(m, "switches_before"), natural(m, "switches_after"), natural(m, "attempts")};
  }
  f.output = text(j, "output");
  f.why = text(j, "why");
  read_all(j, "schedule", f.schedule, read_turn);
  read_all(j, "locks", f.locks, read_lock);
  put_in_order(f);
  return f;
}

Exploration read_exploration(const Json& j) {
  Exploration e;
  e.mode = text(j, "mode");
  e.strategy = text(j, "strategy");
  e.model = text(j, "model");
  e.seed = text(j, "seed");
  e.reason = text(j, "reason");
  e.processes = integer(j, "processes");
  e.executions = natural(j, "executions");
  e.complete = natural(j, "complete");
  e.blocked = natural(j, "blocked");
  e.cut = natural(j, "cut");
  e.operations = natural(j, "operations");
  e.cpu_seconds = real(j, "cpu_seconds").value_or(0);
  e.elapsed_seconds = real(j, "elapsed_seconds").value_or(0);
  e.estimate = real(j, "estimate");
  e.estimate_spread = real(j, "estimate_spread");
  e.bound = optional_natural(j, "bound");
  return e;
}

Environment read_environment(const Json& j) {
  return {text(j, "tool"), text(j, "system"), text(j, "started"), text(j, "directory"),
          read_words(j, "command")};
}

Divergence read_divergence(const Json& j) {
  return {text(j, "message"),
          integer(j, "thread"),
          natural(j, "step"),
          text(j, "expected"),
          text(j, "actual"),
          read_stack(j, "stack"),
          read_stack(j, "expected_stack")};
}

template <class T>
T read_call_message(const Json& j) {
  return {text(j, "call"), text(j, "message"), read_stack(j, "stack")};
}

std::optional<Verdict> verdict_of(const std::string& name) {
  constexpr std::array all = {Verdict::bug,          Verdict::verified,       Verdict::no_bug,
                              Verdict::inconclusive, Verdict::nondeterminism, Verdict::error};
  for (const Verdict verdict : all) {
    if (name == word(verdict)) return verdict;
  }
  return std::nullopt;
}

// Empty if the document's version can be read.
std::string why_not_readable(const Json& j) {
  const std::string version = text(j, "schema_version");
  if (version.empty()) return "is no result document: it has no schema_version";
  int major = 0;
  const auto [end, failed] = std::from_chars(version.data(), version.data() + version.size(), major);
  if (failed != std::errc() || major < 1) return "has the unknown schema_version '" + version + "'";
  if (major > 1) {
    return "was written by a newer heddle (schema_version " + version +
           ", this one reads 1.x): use that one, or a newer";
  }
  return verdict_of(text(j, "verdict")) ? "" : "has no verdict this version knows";
}

std::vector<std::pair<std::string, std::string>> read_options(const Json& j) {
  std::vector<std::pair<std::string, std::string>> options;
  if (const Json& all = member(j, "options"); all.is_object()) {
    for (const auto& [key, value] : all.items())
      options.emplace_back(key, members::as_text(value).value_or(""));
  }
  return options;
}

RunSummary read_run(const Json& j) {
  return {text(j, "source"),
          verdict_of(text(j, "verdict")).value_or(Verdict::error),
          text(j, "error"),
          text(j, "program"),
          read_words(j, "arguments"),
          read_options(j),
          read_exploration(member(j, "exploration")),
          read_environment(member(j, "environment")),
          read_words(j, "fingerprints")};
}

}  // namespace

bool read_result(std::string_view input, RunResult& into, std::string& error) {
  Json j = Json::parse(input, nullptr, false);
  if (j.is_discarded()) j = Json::parse(valid_utf8(input), nullptr, false);
  if (j.is_discarded()) {
    error = "is not JSON (damaged, or cut off?)";
    return false;
  }
  error = why_not_readable(j);
  if (!error.empty()) return false;
  into.verdict = *verdict_of(text(j, "verdict"));
  into.guarantee = text(j, "guarantee");
  into.error = text(j, "error");
  into.refused = boolean(j, "refused");
  into.output = text(j, "output");
  into.program = text(j, "program");
  into.arguments = read_words(j, "arguments");
  into.options = read_options(j);
  into.environment = read_environment(member(j, "environment"));
  into.exploration = read_exploration(member(j, "exploration"));
  read_all(j, "findings", into.findings, read_finding);
  read_all(j, "divergences", into.divergences, read_divergence);
  read_all(j, "unsupported", into.unsupported, read_call_message<Unsupported>);
  read_all(j, "warnings", into.warnings, read_call_message<Warning>);
  read_all(j, "outcomes", into.outcomes, [](const Json& e) {
    return Outcome{text(e, "text"), natural(e, "count")};
  });
  into.problems = read_words(j, "problems");
  read_all(j, "modules", into.modules, [](const Json& e) {
    return Module{text(e, "path"), text(e, "build_id")};
  });
  read_all(j, "sources", into.sources, [](const Json& e) {
    return SourceExcerpt{text(e, "file"), std::max(line_number(e, "first"), 1), read_words(e, "lines")};
  });
  read_all(j, "suppressed", into.suppressed, [](const Json& e) {
    return Suppressed{read_finding(member(e, "finding")), text(e, "reason"), text(e, "by")};
  });
  read_all(j, "runs", into.runs, read_run);
  return true;
}

}  // namespace heddle::format
