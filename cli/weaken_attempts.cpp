#include "cli/weaken_attempts.hpp"

#include <utility>

#include "cli/console.hpp"
#include "cli/instrumentation.hpp"
#include "cli/replay_command.hpp"
#include "cli/scratch_folder.hpp"
#include "reports/format/conclude.hpp"

namespace heddle::cli {
namespace {

using std::chrono::milliseconds;

std::unique_ptr<report::SymbolSource> open_symbols() {
  std::string warning;
  auto source = report::open_symbol_source(warning);
  if (!warning.empty()) warn(warning);
  return source;
}

Supervision supervision(const SessionOptions& o) {
  Supervision how;
  how.budget = milliseconds(std::stoull(o.run.get("budget_ms")));
  how.grace = o.watchdog_grace;
  how.independent = true;
  return how;
}

}  // namespace

AttemptRunner::AttemptRunner(const SessionOptions& session)
    : session_(session), symbols_(open_symbols()), symbolizer_(*symbols_, lines_) {
  RunOptions run = session.run;
  choose_recall(run, session.program);
  recall_ = run.get("recall");
}

Outcome AttemptRunner::conclude_one(const SessionOptions& session, format::ProcessRun process,
                                    const Supervised& ran) {
  symbolizer_.symbolize(process.records);
  Outcome outcome;
  outcome.interrupted_by = ran.interrupted_by;
  outcome.records = process.records;
  outcome.records.findings.clear();
  format::RunRequest request;
  request.program = session.program;
  request.arguments = session.arguments;
  request.options = session.run.changed();
  request.exhaustive_asked = true;
  request.interrupted = ran.interrupted_by != 0;
  request.out_of_time = ran.out_of_time;
  std::vector<format::ProcessRun> processes;
  processes.push_back(std::move(process));
  outcome.result = format::conclude(request, std::move(processes));
  for (format::Finding& f : outcome.result.findings) f.replay = replay_command(session, f);
  return outcome;
}

std::vector<Outcome> AttemptRunner::run_all(const std::vector<SessionOptions>& sessions) {
  ScratchFolder folder;
  error_ = folder.error();
  std::vector<Job> jobs;
  for (unsigned i = 0; i < sessions.size(); ++i) {
    const SessionOptions& o = sessions[i];
    RunOptions run = o.run;
    run.set("result", folder.file(i));
    run.set("recall", recall_);
    jobs.push_back({{o.program, o.arguments, run.encode(), false}, folder.file(i)});
  }
  if (!error_.empty()) return {};
  Supervised ran = supervise(jobs, supervision(session_));
  error_ = ran.error;
  if (!error_.empty()) return {};
  std::vector<Outcome> outcomes;
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    outcomes.push_back(conclude_one(sessions[i], std::move(ran.processes[i]), ran));
    outcomes.back().result.output = ran.last_output[i];
  }
  return outcomes;
}

std::vector<Outcome> AttemptRunner::run(const std::vector<std::string>& order_at_values) {
  std::vector<SessionOptions> sessions(order_at_values.size(), session_);
  for (std::size_t i = 0; i < sessions.size(); ++i) sessions[i].run.set("order_at", order_at_values[i]);
  return run_all(sessions);
}

std::vector<Outcome> AttemptRunner::run_unchanged() {
  std::vector<SessionOptions> sessions(1, session_);
  sessions.front().run.set("order_sites", "1");
  return run_all(sessions);
}

}  // namespace heddle::cli
