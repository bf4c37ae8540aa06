// Runs the program under test several times with different memory orders, for `heddle weaken`.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "cli/supervise.hpp"
#include "reports/format/run.hpp"
#include "reports/symbolize/symbolize.hpp"

namespace heddle::cli {

// What one run of the program came to.
struct Outcome {
  format::RunRecords records;  // symbolized; its findings are in `result`
  format::RunResult result;
  int interrupted_by = 0;  // the signal, 0 if none
};

class AttemptRunner {
 public:
  // `session` says how the program is searched; it must outlive the runner.
  explicit AttemptRunner(const SessionOptions& session);

  // One search for each value of `order_at`, all at the same time. Empty: they could not be started, and
  // error() says why.
  std::vector<Outcome> run(const std::vector<std::string>& order_at_values);
  // The program as it is, noting its atomic operations.
  std::vector<Outcome> run_unchanged();

  const std::string& error() const { return error_; }

 private:
  std::vector<Outcome> run_all(const std::vector<SessionOptions>& sessions);
  Outcome conclude_one(const SessionOptions& session, format::ProcessRun process, const Supervised& ran);

  const SessionOptions& session_;
  std::string recall_;  // the option
  std::string error_;
  std::unique_ptr<report::SymbolSource> symbols_;
  report::SourceLines lines_;
  report::Symbolizer symbolizer_;
};

}  // namespace heddle::cli
