#include "reports/merge/load.hpp"

#include <nlohmann/json.hpp>

#include "reports/format/json_members.hpp"
#include "reports/format/record_reader.hpp"
#include "reports/format/result_reader.hpp"
#include "reports/format/utf8.hpp"

namespace heddle::report {
namespace {

using format::members::Json;

std::string_view without_blank_edges(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

Json line_as_json(std::string_view line) {
  Json j = Json::parse(line, nullptr, false);
  if (j.is_discarded()) j = Json::parse(format::valid_utf8(line), nullptr, false);
  return j;  // never copied: a copy recurses, and the nesting may be deep
}

}  // namespace

bool load(std::string_view text, Loaded& into, std::string& error) {
  text = without_blank_edges(text);
  if (text.empty()) {
    error = "is empty";
    return false;
  }
  const std::string_view first = text.substr(0, text.find('\n'));
  const Json start = line_as_json(first);
  const std::string type = format::members::text(start, "type");
  if (!start.is_object() || type.empty() || type == "result")
    return format::read_result(text, into.result, error);
  if (format::members::member(start, "schema_version").is_null()) {
    format::RecordReader reader;
    into.records.emplace();
    reader.feed(text, *into.records);
    reader.finish(*into.records);
    if (into.records->started) return true;
    error = "holds no start record: it is neither a result document nor a program's records";
    return false;
  }
  const std::size_t last = text.rfind('\n');
  if (last == std::string_view::npos ||
      format::members::text(line_as_json(text.substr(last)), "type") != "result") {
    error = "is a stream that ends before its result: the command was stopped";
    return false;
  }
  return format::read_result(text.substr(last), into.result, error);
}

}  // namespace heddle::report
