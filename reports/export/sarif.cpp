// SARIF 2.1.0 (OASIS, 27 March 2020), within the limits of GitHub's code scanning: one run, its rules, a
// result for each finding with the interleaving as a code flow of one thread flow per thread.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "reports/explain/rows.hpp"
#include "reports/explain/rule_text.hpp"
#include "reports/export/export.hpp"
#include "reports/export/location.hpp"
#include "reports/format/names.hpp"

namespace heddle::report {
namespace {

using Json = nlohmann::ordered_json;
using format::Finding;
using format::Frame;
using format::RunResult;
using format::Stack;

// GitHub shows 5,000 results, 1,000 thread flow locations, 100 related locations; more is refused or dropped.
constexpr std::size_t results_max = 5000;
constexpr std::size_t flow_locations_max = 1000;
constexpr std::size_t related_max = 100;
constexpr std::size_t message_bytes_max = 4000;

std::string limited(const std::string& text) {
  if (text.size() <= message_bytes_max) return text;
  std::size_t end = message_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "…";
}

// Text in messages may hold links in brackets; those of names are none (section 3.11.6).
std::string message_text(const std::string& text) {
  std::string result;
  for (const char c : limited(text)) {
    if (c == '[' || c == ']' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

Json message(const std::string& text) { return {{"text", message_text(text.empty() ? "-" : text)}}; }

class Writer {
 public:
  Writer(const RunResult& result, const ExportOptions& options) : result_(result), root_(result, options) {}

  Json log() {
    Json results = Json::array();
    for (const Finding& f : result_.findings) add(results, f, nullptr);
    for (const format::Suppressed& s : result_.suppressed) add(results, s.finding, &s);
    Json run = {{"tool", {{"driver", driver()}}}, {"invocations", invocations()}};
    if (!root_.path().empty()) run["originalUriBaseIds"] = {{"SRCROOT", {{"uri", uri_of(root_.path())}}}};
    run["automationDetails"] = {{"id", "heddle/" + format::base_name(result_.program) + "/"}};
    run["columnKind"] = "unicodeCodePoints";
    run["results"] = std::move(results);
    return {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
            {"version", "2.1.0"},
            {"runs", Json::array({std::move(run)})}};
  }

 private:
  void add(Json& results, const Finding& f, const format::Suppressed* suppressed) {
    if (results.size() >= results_max) return;
    Json one = {{"ruleId", f.rule},
                {"ruleIndex", rule_index(f)},
                {"level", is_warning(f.rule) ? "warning" : "error"},
                {"message", message(sentence(f))}};
    one["locations"] = Json::array();
    if (const Stack* stack = primary_stack(f); stack != nullptr)
      one["locations"].push_back(location(*known_frame(*stack), ""));
    one["partialFingerprints"] = {{"heddleBug/v1", f.fingerprint},
                                  {"primaryLocationLineHash", f.fingerprint + ":1"}};
    one["occurrenceCount"] = std::max<std::uint64_t>(f.occurrences, 1);
    if (Json related = related_locations(f); !related.empty()) one["relatedLocations"] = std::move(related);
    if (Json flows = thread_flows(f); !flows.empty()) {
      one["codeFlows"] = Json::array(
          {{{"message", message("The interleaving that leads to it")}, {"threadFlows", std::move(flows)}}});
    }
    if (suppressed != nullptr) {
      one["suppressions"] = Json::array(
          {{{"kind", "external"}, {"status", "accepted"}, {"justification", limited(suppressed->reason)}}});
    }
    one["properties"] = properties(f);
    results.push_back(std::move(one));
  }

  static std::string sentence(const Finding& f) {
    std::string text = f.cause.empty() ? f.title : f.cause;
    if (!text.ends_with('.')) text += '.';
    if (!f.replay.empty()) text += " Replay: " + f.replay;
    return text;
  }

  Json properties(const Finding& f) const {
    Json bag = {{"execution", f.execution}, {"steps", f.steps.size()}};
    if (!f.phase.empty()) bag["strategy"] = f.phase;
    if (!result_.exploration.seed.empty()) bag["seed"] = result_.exploration.seed;
    if (!result_.exploration.model.empty()) bag["model"] = result_.exploration.model;
    if (!f.token.empty()) bag["token"] = f.token;
    if (f.minimized) bag["preemptions"] = f.minimized->switches_after;
    return bag;
  }

  std::size_t rule_index(const Finding& f) {
    const auto known = std::ranges::find_if(rules_, [&](const Finding* r) { return r->rule == f.rule; });
    if (known != rules_.end()) return static_cast<std::size_t>(known - rules_.begin());
    rules_.push_back(&f);
    return rules_.size() - 1;
  }

  Json driver() const {
    Json rules = Json::array();
    for (const Finding* f : rules_) {
      const std::string summary = rule_summary(f->rule);
      Json rule = {
          {"id", f->rule},
          {"name", pascal_case(f->name)},
          {"shortDescription", {{"text", f->title.empty() ? "-" : f->title}}},
          {"fullDescription", {{"text", summary.empty() ? "-" : summary}}},
          {"help", {{"text", fmt::format("{} heddle explains it in docs/rules/{}.md.", summary, f->rule)}}},
          {"defaultConfiguration", {{"level", is_warning(f->rule) ? "warning" : "error"}}},
          {"properties", {{"tags", {"concurrency", f->name}}, {"precision", "very-high"}}}};
      rules.push_back(std::move(rule));
    }
    Json driver = {{"name", "heddle"}};
    const std::string& tool = result_.environment.tool;
    if (const std::size_t space = tool.rfind(' '); space != std::string::npos)
      driver["version"] = tool.substr(space + 1);
    driver["rules"] = std::move(rules);
    return driver;
  }

  // "data-race" -> "DataRace", as section 3.49.7 asks.
  static std::string pascal_case(const std::string& name) {
    std::string result;
    bool start = true;
    for (const char c : name) {
      if (c == '-') {
        start = true;
        continue;
      }
      result += start && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      start = false;
    }
    return result.empty() ? "Unknown" : result;
  }

  Json invocations() const {
    Json all = Json::array();
    for (const format::RunSummary& run : format::runs_of(result_)) {
      Json one = {{"executionSuccessful", run.verdict != format::Verdict::error}};
      if (!run.environment.started.empty()) one["startTimeUtc"] = run.environment.started;
      if (!run.environment.command.empty()) one["arguments"] = run.environment.command;
      if (!run.error.empty()) {
        one["toolExecutionNotifications"] =
            Json::array({{{"level", "error"}, {"message", message(run.error)}}});
      }
      all.push_back(std::move(one));
    }
    return all;
  }

  Json physical(const Frame& frame) const {
    const std::string path = root_.relative(frame.file);
    Json artifact = {{"uri", uri_of(path)}};
    if (!path.starts_with('/') && !root_.path().empty()) artifact["uriBaseId"] = "SRCROOT";
    Json region = {{"startLine", frame.line}};
    if (frame.column > 0) region["startColumn"] = frame.column;
    if (!frame.source.empty()) region["snippet"] = {{"text", limited(frame.source)}};
    return {{"artifactLocation", std::move(artifact)}, {"region", std::move(region)}};
  }

  Json location(const Frame& frame, const std::string& text) const {
    Json result = {{"physicalLocation", physical(frame)}};
    if (!frame.function.empty()) {
      result["logicalLocations"] = Json::array(
          {{{"fullyQualifiedName", limited(format::short_function(frame.function))}, {"kind", "function"}}});
    }
    if (!text.empty()) result["message"] = message(text);
    return result;
  }

  Json related_locations(const Finding& f) const {
    Json all = Json::array();
    const auto add = [&](const Stack& stack, const std::string& text) {
      if (const Frame* frame = known_frame(stack); frame != nullptr && all.size() < related_max)
        all.push_back(location(*frame, text));
    };
    for (const format::Access& a : f.accesses)
      add(a.stack, fmt::format("{}: {} ({})", format::thread_name(f, a.thread), a.kind, a.role));
    for (const format::Blocked& b : f.blocked)
      add(b.stack, format::thread_name(f, b.thread) + " " + format::waiting_for(f, b));
    for (const format::Held& h : f.held) {
      add(h.stack, fmt::format("{} holds {}, locked here", format::thread_name(f, h.thread),
                               format::object_name(f, h.object)));
    }
    return all;
  }

  static Json kinds_of(const Finding& f, const Row& row) {
    Json kinds = Json::array();
    if (row.kind == Row::Kind::access) kinds.push_back("memory");
    const bool takes = std::ranges::any_of(
        f.locks, [&](const format::LockSpan& l) { return row.first != 0 && l.first == row.first; });
    const bool gives = std::ranges::any_of(
        f.locks, [&](const format::LockSpan& l) { return row.first != 0 && l.last == row.first; });
    if (takes) kinds = {"acquire", "lock"};
    if (gives) kinds = {"release", "lock"};
    return kinds;
  }

  // The ends of an interleaving tell most; the middle of a long one is left out.
  Json thread_flows(const Finding& f) const {
    std::vector<Row> all = rows(f);
    std::erase_if(all,
                  [](const Row& row) { return row.stack == nullptr || known_frame(*row.stack) == nullptr; });
    const std::size_t skipped_from = flow_locations_max / 4;
    const std::size_t skipped = all.size() > flow_locations_max ? all.size() - flow_locations_max : 0;
    std::map<int, Json> flows;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Row& row = all[i];
      const bool left_out = i >= skipped_from && i < skipped_from + skipped;
      if (left_out) continue;
      const Frame* frame = known_frame(*row.stack);
      Json one = {{"location",
                   location(*frame, row.times > 1 ? fmt::format("{} ×{}", row.text, row.times) : row.text)},
                  {"executionOrder", i + 1},
                  {"nestingLevel", row.depth},
                  {"importance", row.marked ? "essential" : "important"}};
      if (Json kinds = kinds_of(f, row); !kinds.empty()) one["kinds"] = std::move(kinds);
      flows[row.thread].push_back(std::move(one));
    }
    Json result = Json::array();
    for (auto& [thread, locations] : flows) {
      result.push_back({{"id", format::thread_name(f, thread)},
                        {"message", message(format::thread_title(f, thread))},
                        {"locations", std::move(locations)}});
    }
    return result;
  }

  const RunResult& result_;
  SourceRoot root_;
  std::vector<const Finding*> rules_;
};

}  // namespace

std::string to_sarif(const RunResult& result, const ExportOptions& options) {
  Writer writer(result, options);
  return writer.log().dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace heddle::report
