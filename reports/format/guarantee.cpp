#include "reports/format/guarantee.hpp"

#include <fmt/format.h>

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

std::string no_bug(const Exploration& e) {
  if (e.mode == "replay") return "The replayed execution has no bug; this says nothing about others.";
  return fmt::format("No bug in {} under {}: evidence, not a proof; other executions may have one{}.",
                     counted(e.executions, "execution"), model_in_words(e.model), reservations(e));
}

std::string inconclusive(const Exploration& e) {
  if (e.complete == 0) {
    return fmt::format("Nothing can be said: of {} none ran to its end{}.",
                       counted(e.executions, "execution"), reservations(e));
  }
  std::string text = fmt::format("No bug in the {} explored, but the search did not end (it stopped: {})",
                                 counted(e.executions, "execution"), e.reason.empty() ? "unknown" : e.reason);
  if (e.estimate && *e.estimate >= 1) text += fmt::format("; about {:.3g} were estimated", *e.estimate);
  return text + reservations(e) + ".";
}

}  // namespace

std::string model_in_words(const std::string& model) {
  if (model == "rc11") return "the C++20 memory model (RC11)";
  if (model == "sc") return "sequential consistency";
  if (model == "tso") return "the memory model of x86 processors (x86-TSO)";
  return model.empty() ? "an unknown memory model" : model;
}

std::string guarantee(const RunResult& result) {
  const Exploration& e = result.exploration;
  switch (result.verdict) {
    case Verdict::bug:
      return "The executions shown are possible under " + model_in_words(e.model) + ".";
    case Verdict::verified:
      // Processes beside the one that finished searched at random: their executions prove nothing.
      return fmt::format(
          "Every execution of this program with these arguments under {} was explored, up to equivalence{}: "
          "none has an error Heddle detects.",
          model_in_words(e.model), e.processes == 1 ? " (" + counted(e.complete, "execution") + ")" : "");
    case Verdict::no_bug:
      return no_bug(e);
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
