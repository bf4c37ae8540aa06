// The page without the viewer: tables, no script.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "reports/html/page.hpp"

namespace heddle::report {
namespace {

using Json = nlohmann::json;

constexpr std::string_view head = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Heddle report</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body{font:14px system-ui,sans-serif;margin:1rem}table{border-collapse:collapse}
th,td{border-bottom:1px solid #ccc;padding:.2rem .6rem;text-align:left}code,td{font-family:monospace}
@media(prefers-color-scheme:dark){body{background:#14171c;color:#e6e9ed}}</style></head><body>
)";
constexpr std::string_view foot =
    "<p>This build of Heddle has no interactive viewer: install Node.js and npm, and build it again.</p>\n"
    "</body></html>\n";

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

// A member as text for the page; nothing where it is missing or null.
std::string text_of(const Json& object, const char* member) {
  const auto found = object.find(member);
  if (found == object.end() || found->is_null()) return {};
  return escaped(found->is_string() ? found->get<std::string>()
                                    : found->dump(-1, ' ', false, Json::error_handler_t::replace));
}

const Json& list_of(const Json& object, const char* member) {
  static const Json empty = Json::array();
  const auto found = object.find(member);
  return found != object.end() && found->is_array() ? *found : empty;
}

std::string thread_name(const Json& finding, const Json& id) {
  for (const Json& thread : list_of(finding, "threads")) {
    if (!thread.is_object() || thread.value("id", Json()) != id) continue;
    if (const std::string name = text_of(thread, "name"); !name.empty()) return name;
  }
  return "T" + escaped(id.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string object_name(const Json& finding, const Json& id) {
  for (const Json& object : list_of(finding, "objects")) {
    if (object.is_object() && !id.is_null() && object.value("id", Json()) == id)
      return text_of(object, "name");
  }
  return {};
}

std::string place_of(const Json& step) {
  for (const Json& frame : list_of(step, "stack")) {
    if (!frame.is_object() || frame.value("library", Json()) == Json(true)) continue;
    if (const std::string file = text_of(frame, "file"); !file.empty()) {
      return file.substr(file.rfind('/') + 1) + ":" + text_of(frame, "line");
    }
  }
  return {};
}

std::string finding_section(const Json& finding) {
  std::string page =
      fmt::format("<h2>{} {}</h2>\n<p>{}</p>\n<p><code>{}</code></p>\n", text_of(finding, "rule"),
                  text_of(finding, "title"), text_of(finding, "cause"), text_of(finding, "replay"));
  page +=
      "<table><tr><th>step</th><th>thread</th><th>call</th><th>object</th><th>read</th><th>written</th>"
      "<th>order</th><th>where</th></tr>\n";
  for (const Json& step : list_of(finding, "steps")) {
    if (!step.is_object()) continue;
    page += fmt::format(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        text_of(step, "step"), thread_name(finding, step.value("thread", Json())), text_of(step, "call"),
        object_name(finding, step.value("object", Json())), text_of(step, "value"), text_of(step, "written"),
        text_of(step, "order"), place_of(step));
  }
  return page + "</table>\n";
}

}  // namespace

std::string plain_html_page(std::string_view result_json) {
  const Json document = Json::parse(result_json, nullptr, false);
  std::string page(head);
  if (!document.is_object()) return page + "<p>This is not a result document of Heddle.</p></body></html>\n";
  page += fmt::format("<h1>Heddle: {}</h1>\n<p>{} {}</p>\n", text_of(document, "verdict"),
                      text_of(document, "program"), text_of(document, "guarantee"));
  for (const Json& finding : list_of(document, "findings")) {
    if (finding.is_object()) page += finding_section(finding);
  }
  page += foot;
  return page;
}

}  // namespace heddle::report
