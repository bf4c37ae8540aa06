// What one process of the program under test wrote, and what the whole command concludes from it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/format/finding.hpp"

namespace heddle::format {

struct Progress {
  std::string phase;
  std::uint64_t executions = 0;
  std::uint64_t complete = 0;
  std::uint64_t blocked = 0;
  std::uint64_t cut = 0;
  std::uint64_t operations = 0;
  std::uint64_t stale = 0;     // runs that were no executions (docs/exploration.md)
  std::uint64_t recalled = 0;  // executions that were not run
  double elapsed_seconds = 0;
  double cpu_seconds = 0;
  std::optional<double> estimate;  // of the number of executions there are
  std::optional<double> estimate_spread;
};

struct Warning {
  std::string call;
  std::string message;
  Stack stack;
};

// The program did not repeat itself under the same choices.
struct Divergence {
  std::string message;
  int thread = 0;
  std::uint64_t step = 0;
  std::string expected;
  std::string actual;
  Stack stack;
  Stack expected_stack;
};

struct Unsupported {
  std::string call;
  std::string message;
  Stack stack;
};

// A value the program observed with heddle::observe, and in how many executions.
struct Outcome {
  std::string text;
  std::uint64_t count = 0;
};

// An atomic operation the program executed, as the instruction that asked for it.
struct AtomicSite {
  std::string kind;           // load, store, rmw, compare_exchange, fence
  std::string order;          // "relaxed", ...
  std::string failure_order;  // empty for all but compare_exchange
  bool mixed = false;         // executed with different orders
  Stack stack;                // the instruction, and the call of its function
};

// What a search of several kinds did of one of them.
struct Phase {
  std::string name;  // bounded, random, exhaustive
  std::uint64_t executions = 0;
  std::optional<std::uint64_t> bound;  // every schedule within it was run
  bool all_within_bound = false;       // and there are no others
  bool ended = false;                  // exhaustive: every execution was explored
  std::string given_up;  // why it was not: too_long, too_many_operations, endless; empty: it was
  std::optional<double> estimate;
  double seconds_needed = 0;  // too_long: for what was left
};

// One of the parts that an exhaustive search was cut into. Those with the same split together are the search.
struct Shard {
  std::uint64_t index = 0;  // from 1
  std::uint64_t count = 0;
  std::string split;
};

struct Summary {
  std::string mode;
  bool verified = false;
  std::string reason;
  Progress totals;
  std::optional<std::uint64_t> bound;  // every schedule within it was run
  std::string message;
  std::vector<Phase> phases;
  std::optional<Shard> shard;
};

// Everything one process wrote. Any part may be missing: the process can die at any moment.
struct RunRecords {
  bool started = false;
  int protocol = 0;
  std::string program;
  std::vector<std::string> arguments;
  std::int64_t pid = 0;
  std::vector<Module> modules;
  std::string strategy;
  std::string model;
  std::string seed;
  std::optional<Progress> progress;  // the latest
  std::vector<Warning> warnings;
  std::vector<Finding> findings;
  std::vector<Divergence> divergences;
  std::vector<Unsupported> unsupported;
  std::vector<Outcome> outcomes;
  std::vector<AtomicSite> atomic_sites;
  std::optional<Summary> summary;
  std::vector<std::string> problems;  // unreadable records, in words
};

enum class Verdict : std::uint8_t { bug, verified, no_bug, inconclusive, nondeterminism, error };
const char* word(Verdict verdict);  // "bug", "no_bug", ...

struct Exploration {
  std::string mode;
  std::string strategy;
  std::string model;
  std::string seed;
  std::string reason;
  int processes = 1;
  std::uint64_t executions = 0;
  std::uint64_t complete = 0;
  std::uint64_t blocked = 0;
  std::uint64_t cut = 0;
  std::uint64_t operations = 0;
  std::uint64_t stale = 0;     // runs that were no executions (docs/exploration.md)
  std::uint64_t recalled = 0;  // executions that were not run
  double cpu_seconds = 0;
  double elapsed_seconds = 0;
  std::optional<double> estimate;  // how many executions there are, give or take the spread
  std::optional<double> estimate_spread;
  std::optional<std::uint64_t> bound;  // every schedule with so many preemptions and surprises was run
  std::vector<Phase> phases;           // of a search of several kinds, in order
  std::optional<Shard> shard;          // it was one of these only
  // The shard was explored to its end.
  bool shard_done() const { return shard && reason == "exhausted" && cut == 0; }
};

// Lines of a source file that the findings mention, with some around them.
struct SourceExcerpt {
  std::string file;
  int first = 1;  // number of the first line
  std::vector<std::string> lines;
};

// Where and how the check was run.
struct Environment {
  std::string tool;                  // "heddle 0.1.0"
  std::string system;                // "Linux 6.1.0 x86_64"
  std::string started;               // UTC, "2026-01-31T12:00:00Z"
  std::string directory;             // working directory; relative paths begin there
  std::vector<std::string> command;  // words of the command line
};

// One of the runs a merged result is made of.
struct RunSummary {
  std::string source;  // the file it was read from
  Verdict verdict = Verdict::error;
  std::string error;
  std::string program;
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> options;
  Exploration exploration;
  Environment environment;
  std::vector<std::string> fingerprints;  // of its findings, suppressed or not
};

// A finding that a suppression file says to leave out.
struct Suppressed {
  Finding finding;
  std::string reason;
  std::string by;  // "heddle.supp:3"
};

// The final document: what is printed, and written as JSON.
struct RunResult {
  Verdict verdict = Verdict::error;
  std::string guarantee;  // one sentence: what the verdict does and does not promise
  std::string error;      // what went wrong with the check itself; else empty
  bool refused =
      false;           // the error is the program's or the user's to correct: a call Heddle does not support
  std::string output;  // last lines the program printed, when it ended without a summary
  std::string program;
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> options;  // that differ from the defaults
  std::vector<Finding> findings;
  Exploration exploration;
  std::vector<Warning> warnings;
  std::vector<Divergence> divergences;
  std::vector<Unsupported> unsupported;
  std::vector<Outcome> outcomes;
  std::vector<std::string> problems;
  Environment environment;
  std::vector<Module> modules;
  std::vector<SourceExcerpt> sources;  // by file, then by line; do not overlap
  std::vector<Suppressed> suppressed;
  std::vector<RunSummary> runs;  // of a merged result; empty if this is the result of one run
};

// The runs of a merged result, or the one run this is the result of.
std::vector<RunSummary> runs_of(const RunResult& result);

}  // namespace heddle::format
