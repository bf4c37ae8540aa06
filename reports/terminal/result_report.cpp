#include "reports/terminal/result_report.hpp"

#include <fmt/format.h>

#include "reports/format/phases.hpp"
#include "reports/terminal/evidence.hpp"
#include "reports/terminal/finding_report.hpp"

namespace heddle::report {
namespace {

using format::RunResult;
using format::Verdict;

std::string divergence_text(const format::Divergence& d, const Style& style) {
  std::string text = style.paint(Colour::red, "Uncontrolled nondeterminism") + "\n";
  if (!d.message.empty()) text += paragraph(printable(d.message), 2, style);
  text += paragraph(printable(fmt::format("At step {}, {} was expected to do {}, but did {}.", d.step,
                                          d.thread == 0 ? "main" : fmt::format("T{}", d.thread),
                                          d.expected.empty() ? "something else" : d.expected,
                                          d.actual.empty() ? "something else" : d.actual)),
                    2, style);
  if (!d.expected_stack.frames.empty()) text += "  expected here:\n" + stack_text(d.expected_stack, 4, style);
  if (!d.stack.frames.empty()) text += "  happened here:\n" + stack_text(d.stack, 4, style);
  return text +
         paragraph(
             "The program depends on something Heddle does not control: uninitialised memory, addresses, "
             "real time, input, or state kept from one execution to the next.",
             2, style);
}

std::string unsupported_text(const format::Unsupported& u, const Style& style) {
  return style.paint(Colour::red, fmt::format("Not supported: {}", printable(u.call))) + "\n" +
         paragraph(printable(u.message), 2, style) + stack_text(u.stack, 4, style);
}

std::string outcomes_text(const RunResult& result, const Style& style) {
  if (result.outcomes.empty()) return "";
  std::string text = style.paint(Colour::bold, "Observed outcomes") + "\n";
  for (const format::Outcome& o : result.outcomes)
    text += fmt::format("  {:>12}  {}\n", o.count, printable(o.text));
  return text + "\n";
}

std::string suppressed_text(const RunResult& result, const Style& style) {
  if (result.suppressed.empty()) return "";
  std::string text = style.paint(Colour::bold, "Suppressed") + "\n";
  for (const format::Suppressed& s : result.suppressed) {
    text += paragraph(printable(fmt::format("{} {}: {} ({}; {})", s.finding.rule, s.finding.title,
                                            s.finding.cause, s.reason, s.by)),
                      2, style);
  }
  return text + "\n";
}

// The runs of a merged result.
std::string runs_text(const RunResult& result, const Style& style) {
  if (result.runs.empty()) return "";
  std::string text = style.paint(Colour::bold, "Runs") + "\n";
  for (const format::RunSummary& run : result.runs) {
    std::string line = run.source + ": " + run.program;
    for (const std::string& argument : run.arguments) line += " " + argument;
    line += fmt::format(": {}, {} execution{}", format::word(run.verdict), run.exploration.executions,
                        run.exploration.executions == 1 ? "" : "s");
    text += paragraph(printable(line), 2, style);
  }
  return text + "\n";
}

std::string number(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string counts(const format::Exploration& e) {
  const std::string executions =
      fmt::format("{} execution{}", number(e.executions), e.executions == 1 ? "" : "s");
  const std::uint64_t ended = e.complete + e.blocked + e.cut;
  if (ended + e.operations == 0) return "at least " + executions;  // the program left no totals
  const std::string failed =
      e.executions > ended ? fmt::format(", {} failed", number(e.executions - ended)) : "";
  const std::string text = fmt::format("{} ({} complete, {} blocked, {} cut{})", executions,
                                       number(e.complete), number(e.blocked), number(e.cut), failed);
  const std::string stale = e.stale == 0 ? "" : fmt::format(", {} stale", number(e.stale));
  const std::string recalled = e.recalled == 0 ? "" : fmt::format(", {} recalled", number(e.recalled));
  return e.operations == 0
             ? text
             : fmt::format("{}{}{}, {} operations", text, stale, recalled, number(e.operations));
}

std::string statistics(const format::Exploration& e) {
  std::string text =
      fmt::format("{}, {:.2f} s, {:.2f} s of CPU", counts(e), e.elapsed_seconds, e.cpu_seconds);
  if (e.elapsed_seconds > 0.1) {
    text += fmt::format(
        ", {} executions a second",
        number(static_cast<std::uint64_t>(static_cast<double>(e.executions) / e.elapsed_seconds)));
  }
  if (e.processes > 1) text += fmt::format(", {} processes", e.processes);
  std::string how;
  const auto add = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) how += (how.empty() ? "" : ", ") + name + " " + value;
  };
  add("strategy", e.strategy == "default" && !e.mode.empty() ? e.mode : e.strategy);
  add("model", e.model);
  add("seed", e.seed);
  return text + (how.empty() ? "" : "; " + how);
}

// Zero operations means that the program shares nothing Heddle sees: a silent success would be a lie.
std::string empty_search(const format::Exploration& e) {
  const bool known = !e.mode.empty();  // by a summary
  if (!known || e.executions == 0 || e.operations > 0 || e.model == "native") return "";
  return "No synchronisation operation was seen: is the code that uses threads compiled with Heddle's flags "
         "(heddle c++, or -fsanitize=thread)?";
}

}  // namespace

std::string result_report(const RunResult& result, const Style& style) {
  std::string text;
  for (const format::Warning& w : result.warnings) {
    text += style.paint(Colour::yellow, "warning: ") +
            printable(w.call.empty() ? w.message : w.call + ": " + w.message) + "\n";
    text += stack_text(w.stack, 4, style);
  }
  if (!text.empty()) text += "\n";
  for (const format::Finding& f : result.findings) {
    text += finding_report(f, style) + style.paint(Colour::dim, repeat(style.rule(), style.width)) + "\n";
  }
  if (result.verdict == Verdict::nondeterminism || result.findings.empty()) {
    for (const format::Divergence& d : result.divergences) text += divergence_text(d, style) + "\n";
  }
  for (const format::Unsupported& u : result.unsupported) text += unsupported_text(u, style) + "\n";
  text += outcomes_text(result, style);
  text += suppressed_text(result, style);
  text += runs_text(result, style);
  for (const std::string& problem : result.problems) text += "note: " + printable(problem) + "\n";
  if (!result.error.empty() && result.unsupported.empty()) {
    text += paragraph(style.paint(Colour::red, "error: ") + printable(result.error), 0, style);
  }
  if (result.verdict == Verdict::error && !result.output.empty())
    text += output_text(result.output, style) + "\n";
  if (const std::string warning = empty_search(result.exploration); !warning.empty()) {
    text += paragraph("warning: " + warning, 0, style);
  }
  if (result.exploration.executions > 0)
    text += paragraph(printable(statistics(result.exploration)), 0, style);
  if (const std::string phases = format::phases_in_words(result.exploration); !phases.empty())
    text += paragraph(printable(phases), 0, style);
  text += paragraph(printable(result.guarantee), 0, style);
  // Nothing of a document that somebody else wrote gets through, whatever was forgotten above.
  return printable_report(text);
}

std::string last_line(const RunResult& result, const std::string& report) {
  std::string text = "heddle: ";
  const std::uint64_t bugs = result.findings.size();
  switch (result.verdict) {
    case Verdict::bug:
      text += fmt::format("{} bug{}", bugs, bugs == 1 ? "" : "s");
      break;
    case Verdict::verified:
      text += "verified";
      break;
    case Verdict::no_bug:
      text += "no bug found";
      break;
    case Verdict::inconclusive:
      text += "inconclusive, no bug found";
      break;
    case Verdict::nondeterminism:
      text += "nondeterminism";
      break;
    case Verdict::error:
      text += "error";
      break;
  }
  if (!result.suppressed.empty()) text += fmt::format(", {} suppressed", result.suppressed.size());
  const auto& e = result.exploration;
  text += fmt::format(" in {} execution{}, {:.2f} s", e.executions, e.executions == 1 ? "" : "s",
                      e.elapsed_seconds);
  if (!report.empty()) text += fmt::format(" (report: {})", report);
  return text;
}

}  // namespace heddle::report
