// What a check found out.
#pragma once

#include <heddle/check_abi.h>

#include <cstdint>
#include <string>
#include <vector>

namespace heddle {

enum class Verdict : std::uint8_t {
  verified = heddle_verified,    // every execution was explored, none has an error
  no_bug_found = heddle_no_bug,  // none of those explored has an error; there may be others
  bug = heddle_bug,
  inconclusive =
      heddle_inconclusive,  // no execution came to its end (all blocked or cut), or it was interrupted
  nondeterminism = heddle_nondeterminism,  // the body did not repeat itself under the same choices
  error = heddle_error,                    // it could not be checked; CheckResult::message says why
  skipped = heddle_skipped,                // another check of this process is being replayed
};

struct Finding {
  std::string rule;     // "HED001", see docs/rules
  std::string message;  // one sentence
  std::string token;    // replays the execution: --heddle_replay=TOKEN
  // Equal for the same bug found again by the same build.
  std::string fingerprint;
};

// What executions observed (heddle::observe), and how many did.
struct Outcome {
  std::string text;
  std::uint64_t count = 0;
};

struct CheckResult {
  Verdict verdict = Verdict::error;
  std::string check;   // name and number, "Suite.Test#1"
  std::string mode;    // random, exhaustive, replay; in_place: ran once, as a part of another check
  std::string reason;  // why the search ended: exhausted, budget, max_executions, first_bug, ...
  std::string message;
  // Executions are complete (came to their end), blocked (waited for ever, without that being a bug), cut (by
  // max_events), or failed with a finding.
  std::uint64_t executions = 0;
  std::uint64_t complete = 0;
  std::uint64_t blocked = 0;
  std::uint64_t cut = 0;
  std::uint64_t operations = 0;
  std::vector<Finding> findings;
  std::vector<Outcome> outcomes;  // of complete executions, sorted

  // No bug was found, and something was looked at.
  bool passed() const {
    return verdict == Verdict::verified || verdict == Verdict::no_bug_found || verdict == Verdict::skipped;
  }
  explicit operator bool() const { return passed(); }

  // What `heddle check` would print: the interleaving of every bug with sources and a command that replays
  // it. Made when asked for, by the command `heddle`, in about 50 ms; without the command, the bare facts.
  std::string report() const;
  // The documented exit code: 0 passed, 1 bug, 3 inconclusive, 4 nondeterminism, 5 error.
  int exit_code() const;

  std::string records;  // as docs/run-protocol.md describes them
  std::string selects;  // the argument that makes the program run this check
};

namespace detail {

#ifdef HEDDLE_COMMAND
inline constexpr const char* command_at_build = HEDDLE_COMMAND;
#else
inline constexpr const char* command_at_build = "";
#endif

inline std::string plain_report(const CheckResult& result) {
  std::string text;
  for (const Finding& f : result.findings) {
    text += f.rule + ": " + f.message + "\nReplay: run the program again with ";
    if (!result.selects.empty()) text += result.selects + " ";
    text += "--heddle_check=" + result.check + " --heddle_replay=" + f.token + "\n";
  }
  if (!result.message.empty()) text += result.message + "\n";
  if (!result.findings.empty()) {
    text +=
        "(The command heddle was not found; with it this shows the interleaving: set HEDDLE to its path.)\n";
  }
  return text;
}

}  // namespace detail

inline std::string CheckResult::report() const {
  if (heddle_runtime_report == nullptr || records.empty()) return detail::plain_report(*this);
  std::string text;
  heddle_report_request request = {};
  request.records = records.data();
  request.bytes = records.size();
  request.check = check.c_str();
  request.selects = selects.c_str();
  request.command = detail::command_at_build;
  request.context = &text;
  request.text = [](void* context, const char* piece, std::size_t bytes) {
    static_cast<std::string*>(context)->append(piece, bytes);
  };
  return heddle_runtime_report(&request) == 0 && !text.empty() ? text : detail::plain_report(*this);
}

inline int CheckResult::exit_code() const {
  switch (verdict) {
    case Verdict::verified:
    case Verdict::no_bug_found:
    case Verdict::skipped:
      return 0;
    case Verdict::bug:
      return 1;
    case Verdict::inconclusive:
      return 3;
    case Verdict::nondeterminism:
      return 4;
    case Verdict::error:
      break;
  }
  return 5;
}

}  // namespace heddle
