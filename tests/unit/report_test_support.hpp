// Golden records and their symbols, for the tests of reports.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "reports/explain/explain.hpp"
#include "reports/format/conclude.hpp"
#include "reports/format/record_reader.hpp"
#include "reports/symbolize/source_excerpts.hpp"
#include "reports/symbolize/symbolize.hpp"
#include "test_data.hpp"

namespace heddle::test {

inline std::string golden(const std::string& file) { return test_data() + "/golden/" + file; }

inline std::string read_text(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// Symbols from NAME.symbols.json: {"code": {"module+0xoffset": [frames]}, "data": {...}, "sources": {file:
// {line: text}}}.
class GoldenSymbols final : public report::SymbolSource, public report::SourceLines {
 public:
  explicit GoldenSymbols(const std::string& name)
      : all_(nlohmann::json::parse(read_text(golden(name + ".symbols.json")))) {}

  std::vector<format::Frame> code(const std::string& module, std::uint64_t offset) override {
    std::vector<format::Frame> frames;
    for (const auto& f : all_["code"].value(key(module, offset), nlohmann::json::array())) {
      format::Frame frame;
      frame.function = f["function"];
      frame.file = f["file"];
      frame.line = f["line"];
      frame.column = f["column"];
      if (!frames.empty()) frames.back().inlined = true;
      frames.push_back(frame);
    }
    return frames;
  }

  std::optional<report::DataSymbol> data(const std::string& module, std::uint64_t offset) override {
    const auto found = all_["data"].find(key(module, offset));
    if (found == all_["data"].end()) return std::nullopt;
    return report::DataSymbol{(*found)["name"], (*found)["start"], (*found)["size"]};
  }

  std::optional<std::string_view> whole_line(const std::string& file, int number) override {
    const auto& lines = all_["sources"];
    if (!lines.contains(file) || !lines[file].contains(std::to_string(number))) return std::nullopt;
    return lines[file][std::to_string(number)].get_ref<const std::string&>();
  }

 private:
  static std::string key(const std::string& module, std::uint64_t offset) {
    std::ostringstream text;
    text << module << "+0x" << std::hex << offset;
    return text.str();
  }
  nlohmann::json all_;
};

// The symbolized records of tests/golden/NAME.ndjson.
inline format::RunRecords golden_records(const std::string& name) {
  format::RunRecords records;
  std::string error;
  if (!format::read_records(golden(name + ".ndjson"), records, error)) throw std::runtime_error(error);
  GoldenSymbols symbols(name);
  report::Symbolizer(symbols, symbols).symbolize(records);
  return records;
}

inline format::RunResult golden_result(const std::string& name) {
  std::vector<format::ProcessRun> processes(1);
  processes[0].records = golden_records(name);
  if (!processes[0].records.summary) processes[0].ended = "was killed by SIGKILL";
  format::RunRequest request;
  request.program = "./prog";
  request.arguments = {"--size", "3"};
  format::RunResult result = format::conclude(request, std::move(processes));
  for (format::Finding& f : result.findings)
    f.replay = "heddle replay --token=" + f.token + " ./prog --size 3";
  GoldenSymbols symbols(name);
  report::capture_sources(result, symbols);
  report::explain(result);
  result.environment = {
      "heddle 0.1.0", "Linux", "2026-01-31T12:00:00Z", "/home/demo", {"heddle", "check", "./prog"}};
  return result;
}

}  // namespace heddle::test
