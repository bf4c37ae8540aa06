// JUnit XML as Jenkins and GitLab read it: a suite for each program, a test case for each run, a failure for
// each of its findings.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "reports/explain/rows.hpp"
#include "reports/export/export.hpp"
#include "reports/export/location.hpp"
#include "reports/format/names.hpp"
#include "reports/format/utf8.hpp"

namespace heddle::report {
namespace {

using format::Finding;
using format::RunResult;
using format::RunSummary;
using format::Verdict;

constexpr std::size_t body_bytes_max = 64U << 10U;
constexpr std::size_t rows_max = 400;

// XML 1.0 allows no other control characters, not even escaped ones, and neither U+FFFE nor U+FFFF.
std::string xml(std::string_view text) {
  std::string result;
  const std::string valid = format::valid_utf8(text);
  for (std::size_t i = 0; i < valid.size(); ++i) {
    const char c = valid[i];
    if (c == '&') {
      result += "&amp;";
    } else if (c == '<') {
      result += "&lt;";
    } else if (c == '>') {
      result += "&gt;";
    } else if (c == '"') {
      result += "&quot;";
    } else if (c == '\n' || c == '\t') {
      result += fmt::format("&#{};", static_cast<int>(c));
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else if (valid.compare(i, 3, "\xEF\xBF\xBE") == 0 || valid.compare(i, 3, "\xEF\xBF\xBF") == 0) {
      result += "?";
      i += 2;
    } else {
      result += c;
    }
  }
  return result;
}

// The same for text between tags, where line breaks may stand.
std::string xml_body(std::string_view text) {
  std::string result = xml(text.substr(0, body_bytes_max));
  for (const auto& [escaped, plain] : {std::pair{"&#10;", "\n"}, std::pair{"&#9;", "\t"}}) {
    for (std::size_t at = 0; (at = result.find(escaped, at)) != std::string::npos; ++at)
      result.replace(at, std::string_view(escaped).size(), plain);
  }
  return result;
}

std::string attribute(const char* name, std::string_view value) {
  return fmt::format(" {}=\"{}\"", name, xml(value));
}
std::string attribute(const char* name, std::size_t value) { return fmt::format(" {}=\"{}\"", name, value); }
std::string seconds(double value) {
  return fmt::format(" time=\"{:.3f}\"", value >= 0 && value < 1e12 ? value : 0.0);
}

struct Counts {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;
  double time = 0;

  void add(const Counts& c) {
    tests += c.tests;
    failures += c.failures;
    errors += c.errors;
    skipped += c.skipped;
    time += c.time;
  }
  std::string attributes(bool with_skipped) const {
    std::string text =
        attribute("tests", tests) + attribute("failures", failures) + attribute("errors", errors);
    return text + (with_skipped ? attribute("skipped", skipped) : "") + seconds(time);
  }
};

std::string how(const RunSummary& run) {
  std::string name = run.exploration.strategy.empty() || run.exploration.strategy == "default"
                         ? run.exploration.mode
                         : run.exploration.strategy;
  for (const std::string& argument : run.arguments) name += " " + argument;
  return name.empty() ? "check" : name;
}

std::string interleaving_text(const Finding& f) {
  std::string text;
  std::size_t shown = 0;
  for (const Row& row : rows(f)) {
    if (++shown > rows_max) return text + "...\n";
    text += fmt::format("{:>8}  {:<6} {}{}{}\n", row.number(), format::thread_name(f, row.thread), row.text,
                        row.times > 1 ? fmt::format(" ×{}", row.times) : "",
                        row.where.empty() ? "" : "  at " + row.where);
  }
  return text;
}

class Writer {
 public:
  Writer(const RunResult& result, const ExportOptions& options) : root_(result, options) {
    for (const Finding& f : result.findings) findings_[f.fingerprint] = &f;
    for (const format::Suppressed& s : result.suppressed) suppressed_[s.finding.fingerprint] = &s;
    for (RunSummary& run : format::runs_of(result)) by_program_[run.program].push_back(std::move(run));
  }

  std::string text() {
    std::string suites;
    Counts all;
    for (const auto& [program, runs] : by_program_) {
      Counts counts;
      suites += suite(program, runs, counts);
      all.add(counts);
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"heddle\"" + all.attributes(false) +
           ">\n" + suites + "</testsuites>\n";
  }

 private:
  std::string suite(const std::string& program, const std::vector<RunSummary>& runs, Counts& counts) {
    std::string cases;
    for (const RunSummary& run : runs) cases += test_case(program, run, counts);
    std::string text = "  <testsuite" + attribute("name", program.empty() ? "heddle" : program);
    text += counts.attributes(true);
    if (std::string when = runs.front().environment.started; !when.empty()) {
      if (when.ends_with('Z')) when.pop_back();
      text += attribute("timestamp", when);
    }
    return text + ">\n" + cases + "  </testsuite>\n";
  }

  std::string test_case(const std::string& program, const RunSummary& run, Counts& counts) {
    ++counts.tests;
    const double time = run.exploration.elapsed_seconds;
    counts.time += time >= 0 && time < 1e12 ? time : 0;
    std::string body = properties(run) + outcome(run, counts);
    const std::string name = program.empty() ? "heddle" : format::base_name(program);
    return "    <testcase" + attribute("classname", name) + attribute("name", how(run)) + seconds(time) +
           ">\n" + body + "    </testcase>\n";
  }

  std::string outcome(const RunSummary& run, Counts& counts) {
    std::string text;
    std::size_t failures = 0;
    for (const std::string& fingerprint : run.fingerprints) {
      const auto found = findings_.find(fingerprint);
      if (found == findings_.end()) continue;
      ++failures;
      text += failure(*found->second);
    }
    if (failures > 0) {
      ++counts.failures;
    } else if (run.verdict == Verdict::error || run.verdict == Verdict::nondeterminism) {
      ++counts.errors;
      const std::string what = run.error.empty() ? "the program did not repeat itself" : run.error;
      text +=
          "      <error" + attribute("type", format::word(run.verdict)) + attribute("message", what) + "/>\n";
    } else if (run.verdict == Verdict::inconclusive) {
      ++counts.skipped;
      text += "      <skipped" + attribute("message", "inconclusive: " + run.exploration.reason) + "/>\n";
    }
    return text + suppressed_text(run);
  }

  std::string suppressed_text(const RunSummary& run) const {
    std::string text;
    for (const std::string& fingerprint : run.fingerprints) {
      const auto found = suppressed_.find(fingerprint);
      if (found == suppressed_.end()) continue;
      const format::Suppressed& s = *found->second;
      text += fmt::format("suppressed: {} {} ({}; {})\n", s.finding.rule, s.finding.cause, s.reason, s.by);
    }
    return text.empty() ? "" : "      <system-out>" + xml_body(text) + "</system-out>\n";
  }

  // Told in full the first time.
  std::string failure(const Finding& f) {
    const std::string sentence = f.cause.empty() ? f.title : f.cause;
    std::string body = sentence + "\n";
    if (const format::Frame* frame = primary_frame(f); frame != nullptr)
      body += fmt::format("at {}:{}\n", root_.relative(frame->file), frame->line);
    if (told_.emplace(f.fingerprint, true).second) {
      body += "\n" + interleaving_text(f);
      if (!f.why.empty()) body += "\n" + f.why + "\n";
    }
    if (!f.replay.empty()) body += "\nReplay: " + f.replay + "\n";
    body += "Fingerprint: " + f.fingerprint + "\n";
    return "      <failure" + attribute("type", f.rule) + attribute("message", sentence) + ">" +
           xml_body(body) + "</failure>\n";
  }

  static std::string properties(const RunSummary& run) {
    std::string text;
    const auto add = [&](const char* name, const std::string& value) {
      if (!value.empty())
        text += "        <property" + attribute("name", name) + attribute("value", value) + "/>\n";
    };
    add("verdict", format::word(run.verdict));
    add("seed", run.exploration.seed);
    add("model", run.exploration.model);
    add("executions", std::to_string(run.exploration.executions));
    add("source", run.source);
    return "      <properties>\n" + text + "      </properties>\n";
  }

  SourceRoot root_;
  std::map<std::string, const Finding*> findings_;
  std::map<std::string, const format::Suppressed*> suppressed_;
  std::map<std::string, std::vector<RunSummary>> by_program_;
  std::map<std::string, bool> told_;
};

}  // namespace

std::string to_junit(const RunResult& result, const ExportOptions& options) {
  return Writer(result, options).text();
}

}  // namespace heddle::report
