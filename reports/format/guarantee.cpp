#include "reports/format/guarantee.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace heddle::format {
namespace {

std::string counted(std::uint64_t n, const char* noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

// Executions of which only a part, or only one possibility, was seen.
std::string reservations(const Exploration& e) {
  std::string text;
  if (e.cut > 0) text += fmt::format("; {} stopped at the limit of operations", counted(e.cut, "execution"));
  return text;
}

// "budget spent, about 3 % of an estimated 1.2e+06 executions (give or take 2e+05)"
std::string how_far(const Exploration& e) {
  std::string text = e.reason == "budget"           ? "the budget is spent"
                     : e.reason == "max_executions" ? "the limit of executions is reached"
                     : e.reason == "interrupted"    ? "it was interrupted"
                                                 : "it stopped: " + (e.reason.empty() ? "unknown" : e.reason);
  if (e.estimate && *e.estimate >= 1) {
    text += fmt::format(", after about {:.2g} % of an estimated {:.3g} executions",
                        std::min(100.0, 100 * static_cast<double>(e.executions) / *e.estimate), *e.estimate);
    if (e.estimate_spread && *e.estimate_spread >= 0.005 * *e.estimate)
      text += fmt::format(", give or take {:.2g}", *e.estimate_spread);
  }
  return text;
}

std::string within_bound(const Exploration& e) {
  const std::string others =
      e.reason == "exhausted" ? "others may have one" : "of the others not all were tried";
  return fmt::format("No bug within {}{} under {}: every such schedule was executed ({} in all); {}{}.",
                     counted(*e.bound, "preemption"),
                     *e.bound == 0 ? "" : " (an older value read, or another surprise, counts as one)",
                     model_in_words(e.model), counted(e.executions, "execution"), others, reservations(e));
}

std::string in_shard(const Exploration& e) {
  return fmt::format(
      "Shard {} of {} was explored to its end under {} ({}): none has an error Heddle detects. Only all {} "
      "shards "
      "together verify the program: heddle report merges their documents.",
      e.shard->index, e.shard->count, model_in_words(e.model), counted(e.executions, "execution"),
      e.shard->count);
}

std::string no_bug(const Exploration& e) {
  if (e.shard) return in_shard(e);
  if (e.mode == "replay") return "The replayed execution has no bug; this says nothing about others.";
  if (e.bound) return within_bound(e);
  if (e.model == "native") {
    return fmt::format(
        "No bug in {} on this machine's processors: other schedules, and other processors, may show one.",
        counted(e.executions, "run"));
  }
  return fmt::format("No bug in {} under {}: evidence, not a proof; other executions may have one{}.",
                     counted(e.executions, "execution"), model_in_words(e.model), reservations(e));
}

std::string inconclusive(const Exploration& e) {
  if (e.executions == 0) return fmt::format("Nothing can be said: {} before an execution ended.", how_far(e));
  if (e.complete == 0) {
    return fmt::format("Nothing can be said: of {} none ran to its end{}.",
                       counted(e.executions, "execution"), reservations(e));
  }
  if (e.bound) return within_bound(e);
  if (e.reason == "exhausted") {
    return fmt::format("No bug in {} under {}, but not everything was explored{}.",
                       counted(e.executions, "execution"), model_in_words(e.model), reservations(e));
  }
  return fmt::format("No bug in {} under {}, but the search did not end: {}{}.",
                     counted(e.executions, "execution"), model_in_words(e.model), how_far(e),
                     reservations(e));
}

}  // namespace

std::string model_in_words(const std::string& model) {
  if (model == "rc11") return "the C++20 memory model (RC11)";
  if (model == "sc") return "sequential consistency";
  if (model == "native") return "this machine's processors";
  if (model == "tso") return "the memory model of x86 processors (x86-TSO)";
  return model.empty() ? "an unknown memory model" : model;
}

// What the user was asked to know better.
std::string conditions(const RunResult& result) {
  const auto is_set = [&](const char* name, const char* value) {
    return std::ranges::find(result.options, std::pair<std::string, std::string>(name, value)) !=
           result.options.end();
  };
  std::string text;
  // Plain accesses that race are no events of the search: what they may read is not explored.
  if (is_set("races", "ignore"))
    text += " Data races were not looked for; a program that has one may do anything else.";
  if (is_set("recall", "1"))
    text += " With --recall this takes every access to memory that threads share to be instrumented.";
  if (is_set("unread_stores", "1"))
    text += " With --unread-stores this takes nothing to look at atomic objects unseen.";
  if (is_set("symmetric_threads", "1"))
    text += " Threads that are started alike were taken to be interchangeable (--symmetric-threads).";
  return text;
}

std::string guarantee(const RunResult& result) {
  const Exploration& e = result.exploration;
  switch (result.verdict) {
    case Verdict::bug:
      if (e.model == "native") return "What is shown happened on this machine's processors.";
      return "The executions shown are possible under " + model_in_words(e.model) + ".";
    case Verdict::verified:
      // Processes beside the one that finished searched at random: their executions prove nothing.
      return fmt::format(
          "Every execution of this program with these arguments under {} was explored, up to equivalence{}: "
          "none has an error Heddle detects.{}",
          model_in_words(e.model), e.processes == 1 ? " (" + counted(e.complete, "execution") + ")" : "",
          conditions(result));
    case Verdict::no_bug:
      return no_bug(e) + conditions(result);
    case Verdict::inconclusive:
      return inconclusive(e);
    case Verdict::nondeterminism:
      return "Nothing can be said: the program did not repeat itself under the same schedule.";
    case Verdict::error:
      return "Nothing can be said: the check could not be carried out.";
  }
  return "";
}

std::vector<RunSummary> runs_of(const RunResult& result) {
  if (!result.runs.empty()) return result.runs;
  RunSummary one{"",
                 result.verdict,
                 result.error,
                 result.program,
                 result.arguments,
                 result.options,
                 result.exploration,
                 result.environment,
                 {}};
  for (const Finding& f : result.findings) one.fingerprints.push_back(f.fingerprint);
  for (const Suppressed& s : result.suppressed) one.fingerprints.push_back(s.finding.fingerprint);
  return {one};
}

const char* word(Verdict verdict) {
  switch (verdict) {
    case Verdict::bug:
      return "bug";
    case Verdict::verified:
      return "verified";
    case Verdict::no_bug:
      return "no_bug";
    case Verdict::inconclusive:
      return "inconclusive";
    case Verdict::nondeterminism:
      return "nondeterminism";
    case Verdict::error:
      return "error";
  }
  return "error";
}

}  // namespace heddle::format
