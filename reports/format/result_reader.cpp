#include "reports/format/result_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "reports/format/exploration_members.hpp"
#include "reports/format/finding_reader.hpp"
#include "reports/format/json_members.hpp"
#include "reports/format/utf8.hpp"

namespace heddle::format {
namespace {

using members::boolean;
using members::integer;
using members::Json;
using members::member;
using members::natural;
using members::optional_natural;
using members::read_all;
using members::read_words;
using members::real;
using members::text;

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
  e.stale = natural(j, "stale");
  e.recalled = natural(j, "recalled");
  e.cpu_seconds = real(j, "cpu_seconds").value_or(0);
  e.elapsed_seconds = real(j, "elapsed_seconds").value_or(0);
  e.estimate = real(j, "estimate");
  e.estimate_spread = real(j, "estimate_spread");
  e.bound = optional_natural(j, "bound");
  e.phases = members::read_phases(j);
  e.shard = members::read_shard(j);
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
    return SourceExcerpt{text(e, "file"), std::max(integer(e, "first"), 1), read_words(e, "lines")};
  });
  read_all(j, "suppressed", into.suppressed, [](const Json& e) {
    return Suppressed{read_finding(member(e, "finding")), text(e, "reason"), text(e, "by")};
  });
  read_all(j, "runs", into.runs, read_run);
  return true;
}

}  // namespace heddle::format
