#include "reports/merge/merge.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "reports/format/guarantee.hpp"

namespace heddle::report {
namespace {

using format::Exploration;
using format::Finding;
using format::RunResult;
using format::RunSummary;
using format::Verdict;

// The same bug once, in its shortest interleaving.
class Findings {
 public:
  void add(Finding finding) {
    const auto [known, added] = index_.try_emplace(finding.fingerprint, all_.size());
    if (added) {
      all_.push_back(std::move(finding));
      return;
    }
    Finding& before = all_[known->second];
    const std::uint64_t occurrences = before.occurrences + finding.occurrences;
    if (finding.steps.size() < before.steps.size()) before = std::move(finding);
    before.occurrences = occurrences;
  }
  std::vector<Finding> take() { return std::move(all_); }

 private:
  std::vector<Finding> all_;
  std::map<std::string, std::size_t> index_;
};

template <class T, class Same>
void add_new(std::vector<T>& into, std::vector<T>& from, Same same) {
  for (T& one : from) {
    if (std::ranges::none_of(into, [&](const T& known) { return same(known, one); }))
      into.push_back(std::move(one));
  }
}

void merge_outcomes(std::vector<format::Outcome>& into, const std::vector<format::Outcome>& from) {
  std::map<std::string, std::uint64_t> counts;
  for (const format::Outcome& o : into) counts[o.text] += o.count;
  for (const format::Outcome& o : from) counts[o.text] += o.count;
  into.clear();
  for (const auto& [text, count] : counts) into.push_back({text, count});
}

// Source excerpts of one file may come from different versions of it: the first wins where they overlap.
void merge_sources(std::vector<format::SourceExcerpt>& into, std::vector<format::SourceExcerpt>& from) {
  const auto overlap = [](const format::SourceExcerpt& a, const format::SourceExcerpt& b) {
    const auto end = [](const format::SourceExcerpt& e) {
      return static_cast<long long>(e.first) + static_cast<long long>(e.lines.size());
    };
    return a.file == b.file && a.first < end(b) && b.first < end(a);
  };
  add_new(into, from, overlap);
  std::ranges::stable_sort(into, [](const auto& a, const auto& b) {
    return std::pair(std::string_view(a.file), a.first) < std::pair(std::string_view(b.file), b.first);
  });
}

void add_totals(Exploration& into, const Exploration& from) {
  into.processes += from.processes;
  into.executions += from.executions;
  into.complete += from.complete;
  into.blocked += from.blocked;
  into.cut += from.cut;
  into.operations += from.operations;
  into.stale += from.stale;
  into.recalled += from.recalled;
  into.cpu_seconds += from.cpu_seconds;
  into.elapsed_seconds += from.elapsed_seconds;
}

// What all runs agree on; empty where they do not.
template <class T>
T common(const std::vector<RunSummary>& runs, T RunSummary::*member) {
  for (const RunSummary& r : runs) {
    if (r.*member != runs.front().*member) return {};
  }
  return runs.front().*member;
}
std::string common(const std::vector<RunSummary>& runs, std::string Exploration::*member) {
  for (const RunSummary& r : runs) {
    if (r.exploration.*member != runs.front().exploration.*member) return "";
  }
  return runs.front().exploration.*member;
}

// Whether these are shards of one search; then the numbers of those that were not explored to their end.
bool are_shards(const std::vector<RunSummary>& runs, std::vector<std::uint64_t>& missing) {
  const auto& first = runs.front().exploration.shard;
  if (!first) return false;
  std::set<std::uint64_t> done;
  for (const RunSummary& r : runs) {
    const auto& shard = r.exploration.shard;
    if (!shard || shard->split != first->split || shard->count != first->count) return false;
    if (r.exploration.shard_done() && r.verdict == Verdict::no_bug) done.insert(shard->index);
  }
  for (std::uint64_t i = 1; i <= first->count; ++i) {
    if (!done.contains(i)) missing.push_back(i);
  }
  return true;
}

// No shard found anything; verified if none is missing.
void conclude_shards(RunResult& merged, const std::vector<std::uint64_t>& missing) {
  const std::uint64_t count = merged.runs.front().exploration.shard->count;
  if (missing.empty()) {
    merged.verdict = Verdict::verified;
    merged.guarantee = fmt::format(
        "All {} shards were explored to their ends: every execution of this program with these arguments "
        "under {}, up "
        "to equivalence ({} executions). None has an error Heddle detects.",
        count, format::model_in_words(merged.exploration.model), merged.exploration.complete);
    return;
  }
  merged.verdict = Verdict::inconclusive;
  merged.guarantee =
      fmt::format("No bug so far, but of {} shards these are missing or were not explored to their ends: {}.",
                  count, fmt::join(missing, ", "));
}

// The worst news first; verified only if every run is.
Verdict verdict_of(const std::vector<RunSummary>& runs) {
  for (const Verdict bad :
       {Verdict::bug, Verdict::nondeterminism, Verdict::error, Verdict::inconclusive, Verdict::no_bug}) {
    if (std::ranges::any_of(runs, [&](const RunSummary& r) { return r.verdict == bad; })) return bad;
  }
  return Verdict::verified;
}

std::string guarantee_of(const std::vector<RunSummary>& runs) {
  std::map<Verdict, int> counts;
  for (const RunSummary& r : runs) ++counts[r.verdict];
  std::string text;
  for (const auto& [verdict, count] : counts) {
    std::string name = format::word(verdict);
    std::ranges::replace(name, '_', ' ');
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, name);
  }
  return fmt::format("{} runs: {}. Each verdict promises what its own run promised.", runs.size(), text);
}

}  // namespace

RunResult merge(std::vector<NamedResult> results) {
  if (results.size() == 1) return std::move(results.front().result);
  RunResult merged;
  merged.exploration.processes = 0;
  Findings findings;
  std::map<std::string, format::Suppressed> suppressed;
  for (NamedResult& named : results) {
    RunResult& r = named.result;
    for (RunSummary& run : format::runs_of(r)) {
      if (run.source.empty()) run.source = named.source;
      merged.runs.push_back(std::move(run));
    }
    add_totals(merged.exploration, r.exploration);
    for (Finding& f : r.findings) findings.add(std::move(f));
    for (format::Suppressed& s : r.suppressed) suppressed.try_emplace(s.finding.fingerprint, std::move(s));
    add_new(merged.warnings, r.warnings, [](const format::Warning& a, const format::Warning& b) {
      return a.call == b.call && a.message == b.message;
    });
    add_new(merged.unsupported, r.unsupported,
            [](const format::Unsupported& a, const format::Unsupported& b) {
              return a.call == b.call && a.message == b.message;
            });
    add_new(merged.modules, r.modules, [](const format::Module& a, const format::Module& b) {
      return a.path == b.path && a.build_id == b.build_id;
    });
    std::ranges::move(r.divergences, std::back_inserter(merged.divergences));
    for (std::string& problem : r.problems) merged.problems.push_back(named.source + ": " + problem);
    merge_outcomes(merged.outcomes, r.outcomes);
    merge_sources(merged.sources, r.sources);
    if (!r.error.empty() && merged.error.empty()) merged.error = named.source + ": " + r.error;
    merged.refused = merged.refused || r.refused;
  }
  if (merged.runs.empty()) return merged;
  merged.findings = findings.take();
  for (auto& [fingerprint, one] : suppressed) merged.suppressed.push_back(std::move(one));
  merged.program = common(merged.runs, &RunSummary::program);
  merged.arguments = common(merged.runs, &RunSummary::arguments);
  merged.options = common(merged.runs, &RunSummary::options);
  merged.exploration.mode = common(merged.runs, &Exploration::mode);
  merged.exploration.strategy = common(merged.runs, &Exploration::strategy);
  merged.exploration.model = common(merged.runs, &Exploration::model);
  merged.exploration.seed = common(merged.runs, &Exploration::seed);
  merged.exploration.reason = common(merged.runs, &Exploration::reason);
  merged.environment = merged.runs.front().environment;
  merged.verdict = verdict_of(merged.runs);
  merged.guarantee = guarantee_of(merged.runs);
  std::vector<std::uint64_t> missing;
  const bool no_news = merged.verdict == Verdict::no_bug || merged.verdict == Verdict::inconclusive;
  if (no_news && are_shards(merged.runs, missing)) conclude_shards(merged, missing);
  return merged;
}

}  // namespace heddle::report
