#include "reports/format/conclude.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "reports/format/cause.hpp"
#include "reports/format/fingerprint.hpp"
#include "reports/format/guarantee.hpp"

namespace heddle::format {
namespace {

// A shorter interleaving is easier to understand.
bool better(const Finding& a, const Finding& b) { return a.steps.size() < b.steps.size(); }

void merge_finding(std::vector<Finding>& into, Finding finding) {
  finding.fingerprint = fingerprint(finding);
  finding.cause = cause(finding);
  const auto known =
      std::ranges::find_if(into, [&](const Finding& f) { return f.fingerprint == finding.fingerprint; });
  if (known == into.end()) {
    into.push_back(std::move(finding));
    return;
  }
  const std::uint64_t occurrences = known->occurrences + finding.occurrences;
  if (better(finding, *known)) *known = std::move(finding);
  known->occurrences = occurrences;
}

void merge_outcomes(std::vector<Outcome>& into, const std::vector<Outcome>& from) {
  for (const Outcome& o : from) {
    const auto known = std::ranges::find_if(into, [&](const Outcome& k) { return k.text == o.text; });
    if (known == into.end()) {
      into.push_back(o);
    } else {
      known->count += o.count;
    }
  }
}

void merge_warnings(std::vector<Warning>& into, std::vector<Warning>& from) {
  for (Warning& w : from) {
    const bool known = std::ranges::any_of(
        into, [&](const Warning& k) { return k.call == w.call && k.message == w.message; });
    if (!known) into.push_back(std::move(w));
  }
}

void merge_modules(std::vector<Module>& into, std::vector<Module>& from) {
  for (Module& m : from) {
    const bool known = std::ranges::any_of(into, [&](const Module& k) { return k.path == m.path; });
    if (!known) into.push_back(std::move(m));
  }
}

void add_totals(Exploration& into, const RunRecords& records) {
  const Progress* totals = records.summary    ? &records.summary->totals
                           : records.progress ? &*records.progress
                                              : nullptr;
  if (totals == nullptr) {
    std::uint64_t seen = 0;
    for (const Finding& f : records.findings) seen = std::max(seen, f.execution);
    into.executions += seen;
    return;
  }
  into.executions += totals->executions;
  into.complete += totals->complete;
  into.blocked += totals->blocked;
  into.cut += totals->cut;
  into.operations += totals->operations;
  into.stale += totals->stale;
  into.recalled += totals->recalled;
  into.cpu_seconds += totals->cpu_seconds;
  into.elapsed_seconds = std::max(into.elapsed_seconds, totals->elapsed_seconds);
  if (totals->estimate) {
    into.estimate = totals->estimate;
    into.estimate_spread = totals->estimate_spread;
  }
  if (records.summary && records.summary->bound) into.bound = records.summary->bound;
}

void take_identity(RunResult& result, const RunRecords& records) {
  if (result.exploration.strategy.empty()) result.exploration.strategy = records.strategy;
  if (result.exploration.model.empty()) result.exploration.model = records.model;
  if (result.exploration.seed.empty()) result.exploration.seed = records.seed;
  if (records.summary && result.exploration.mode.empty()) {
    result.exploration.mode = records.summary->mode;
    result.exploration.reason = records.summary->reason;
    result.exploration.phases = records.summary->phases;
    result.exploration.shard = records.summary->shard;
  }
}

// The user can put it right: a call Heddle does not support, a damaged token.
bool refused(const ProcessRun& p) {
  const auto& summary = p.records.summary;
  if (!p.records.unsupported.empty()) return true;
  if (!summary) return false;
  const bool about_token = summary->mode == "replay" && summary->message.find("token") != std::string::npos;
  return summary->reason == "unsupported" || summary->reason == "refused" ||
         (summary->reason == "error" && about_token);
}

std::string why_failed(const RunRequest& request, const std::vector<ProcessRun>& processes) {
  for (const ProcessRun& p : processes) {
    const RunRecords& r = p.records;
    if (!r.unsupported.empty()) return r.unsupported.front().call + ": " + r.unsupported.front().message;
    if (r.summary && (r.summary->reason == "error" || r.summary->reason == "unsupported" ||
                      r.summary->reason == "refused")) {
      return r.summary->message.empty() ? "the program reported an error" : r.summary->message;
    }
    if (r.summary || p.stopped_on_purpose) continue;
    if (request.out_of_time) return "the program did not stop when its time was over and was killed";
    if (!r.started) {
      return "the program " + (p.ended.empty() ? std::string("ended") : p.ended) + " before the check began";
    }
    return "the program " + (p.ended.empty() ? std::string("ended") : p.ended) + " during the check";
  }
  return "";
}

Verdict decide(const RunRequest& request, const RunResult& result, bool verified, bool diverged) {
  if (!result.findings.empty()) return Verdict::bug;
  if (diverged) return Verdict::nondeterminism;
  if (request.interrupted && !verified) return Verdict::inconclusive;
  if (!result.error.empty()) return Verdict::error;
  if (verified) return Verdict::verified;
  if (result.exploration.mode == "replay") return Verdict::no_bug;
  if (result.exploration.shard_done()) return Verdict::no_bug;
  if (request.exhaustive_asked || result.exploration.complete == 0) return Verdict::inconclusive;
  return Verdict::no_bug;
}

}  // namespace

RunResult conclude(const RunRequest& request, std::vector<ProcessRun> processes) {
  RunResult result;
  result.program = request.program;
  result.arguments = request.arguments;
  result.options = request.options;
  result.exploration.processes = static_cast<int>(processes.size());
  result.error = why_failed(request, processes);
  result.refused = std::ranges::any_of(processes, refused);
  bool verified = false;
  bool diverged = false;
  // A process that verified the program speaks for all.
  std::ranges::stable_sort(processes, std::greater<>(), [](const ProcessRun& p) {
    return p.records.summary && p.records.summary->verified;
  });
  for (ProcessRun& p : processes) {
    RunRecords& r = p.records;
    take_identity(result, r);
    add_totals(result.exploration, r);
    verified = verified || (r.summary && r.summary->verified);
    diverged = diverged || !r.divergences.empty() || (r.summary && r.summary->reason == "nondeterminism");
    for (Finding& f : r.findings) merge_finding(result.findings, std::move(f));
    // Of a failed check the message is the error.
    if (r.summary && !r.summary->message.empty() && result.error.empty() && r.unsupported.empty())
      r.problems.push_back(r.summary->message);
    merge_warnings(result.warnings, r.warnings);
    merge_outcomes(result.outcomes, r.outcomes);
    merge_modules(result.modules, r.modules);
    std::ranges::move(r.divergences, std::back_inserter(result.divergences));
    std::ranges::move(r.unsupported, std::back_inserter(result.unsupported));
    std::ranges::move(r.problems, std::back_inserter(result.problems));
  }
  result.verdict = decide(request, result, verified, diverged);
  if (request.interrupted && result.verdict == Verdict::inconclusive)
    result.exploration.reason = "interrupted";
  result.guarantee = guarantee(result);
  return result;
}

}  // namespace heddle::format
