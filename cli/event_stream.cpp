#include "cli/event_stream.hpp"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "cli/console.hpp"
#include "reports/format/result_json.hpp"

namespace heddle::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::chrono::milliseconds between{250};

// A reader that has gone away is noticed when the result is written.
void write(const Json& event) {
  std::string error;
  write_all(STDOUT_FILENO, event.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n", error);
}

}  // namespace

void EventStream::start(const std::string& program, const std::vector<std::string>& arguments) {
  write({{"type", "start"},
         {"schema_version", format::result_schema_version},
         {"program", program},
         {"arguments", arguments}});
}

void EventStream::progress(const ProgressState& state) {
  const auto now = Clock::now();
  if (now - last_ < between) return;
  last_ = now;
  write({{"type", "progress"},
         {"phase", state.phase},
         {"executions", state.executions},
         {"findings", state.findings},
         {"estimate", state.estimate ? Json(*state.estimate) : Json(nullptr)},
         {"elapsed_seconds", std::chrono::duration<double>(now - started_).count()}});
}

void EventStream::finding(const format::Finding& finding) {
  write({{"type", "finding"},
         {"rule", finding.rule},
         {"title", finding.title},
         {"message", finding.message},
         {"token", finding.token},
         {"execution", finding.execution}});
}

}  // namespace heddle::cli
