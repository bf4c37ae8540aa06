#include "reports/format/record_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "reports/format/exploration_members.hpp"
#include "reports/format/finding_reader.hpp"
#include "reports/format/json_members.hpp"
#include "reports/format/utf8.hpp"

namespace heddle::format {
namespace {

using members::boolean;
using members::integer;
using members::Json;
using members::natural;
using members::read_all;
using members::read_words;
using members::real;
using members::text;

Progress read_progress(const Json& j) {
  Progress p;
  p.phase = text(j, "phase");
  p.executions = natural(j, "executions");
  p.complete = natural(j, "complete");
  p.blocked = natural(j, "blocked");
  p.cut = natural(j, "cut");
  p.operations = natural(j, "operations");
  p.stale = natural(j, "stale");
  p.recalled = natural(j, "recalled");
  p.elapsed_seconds = real(j, "elapsed_s").value_or(0);
  p.cpu_seconds = real(j, "cpu_s").value_or(0);
  p.estimate = real(j, "estimate");
  p.estimate_spread = real(j, "estimate_spread");
  return p;
}

void read_start(const Json& j, RunRecords& into) {
  into.started = true;
  into.protocol = integer(j, "protocol");
  into.program = text(j, "program");
  into.arguments = read_words(j, "arguments");
  into.pid = members::as_integer(members::member(j, "pid")).value_or(0);
  read_all(j, "modules", into.modules, [](const Json& e) {
    return Module{text(e, "path"), text(e, "build_id")};
  });
  into.strategy = text(j, "strategy");
  into.model = text(j, "model");
  into.seed = text(j, "seed");
  if (into.protocol > 1) {
    into.problems.push_back("the program speaks version " + std::to_string(into.protocol) +
                            " of the run protocol, newer than this command: rebuild one of them");
  }
}

void read_record(const Json& j, RunRecords& into) {
  const std::string type = text(j, "type");
  if (type == "start") {
    read_start(j, into);
  } else if (type == "progress") {
    into.progress = read_progress(j);
  } else if (type == "warning") {
    into.warnings.push_back({text(j, "call"), text(j, "message"), read_stack(j, "stack")});
  } else if (type == "finding") {
    into.findings.push_back(read_finding(j));
  } else if (type == "why") {
    const std::string token = text(j, "token");
    const auto about = std::ranges::find(into.findings, token, &Finding::token);
    if (about != into.findings.end() && about->chances.empty()) read_analysis(j, *about);
  } else if (type == "divergence") {
    into.divergences.push_back({text(j, "message"), integer(j, "thread"), natural(j, "step"),
                                text(j, "expected"), text(j, "actual"), read_stack(j, "stack"),
                                read_stack(j, "expected_stack")});
  } else if (type == "unsupported") {
    into.unsupported.push_back({text(j, "call"), text(j, "message"), read_stack(j, "stack")});
  } else if (type == "outcome") {
    into.outcomes.push_back({text(j, "text"), natural(j, "count")});
  } else if (type == "atomic_site") {
    into.atomic_sites.push_back({text(j, "kind"), text(j, "order"), text(j, "failure_order"),
                                 boolean(j, "mixed"), read_stack(j, "stack")});
  } else if (type == "summary") {
    into.summary = Summary{text(j, "mode"),
                           boolean(j, "verified"),
                           text(j, "reason"),
                           read_progress(j),
                           members::as_natural(members::member(j, "bound")),
                           text(j, "message"),
                           members::read_phases(j),
                           members::read_shard(j)};
  }
}

}  // namespace

void RecordReader::keep_provisional(const std::string& type, const Json& record) {
  const std::string print = text(record, "print");
  if (type == "provisional") {
    provisional_.push_back({print, read_finding(record)});
  } else if (type == "finding") {
    std::erase_if(provisional_, [&](const Provisional& p) { return p.print == print; });
  } else if (type == "start" || (type == "summary" && text(record, "reason") != "error")) {
    provisional_.clear();
  }
}

void RecordReader::line(std::string_view text, bool last, RunRecords& into) {
  ++lines_;
  if (text.find_first_not_of(" \t\r") == std::string_view::npos) return;
  Json record = Json::parse(text, nullptr, false);
  if (record.is_discarded()) {
    // Program output inside a record need not be UTF-8, which JSON demands.
    record = Json::parse(valid_utf8(text), nullptr, false);
  }
  if (record.is_object()) {
    read_record(record, into);
    keep_provisional(members::text(record, "type"), record);
  } else if (last) {
    into.problems.push_back("the last record is cut off (the program was stopped while writing it)");
  } else {
    ++skipped_;
    if (skipped_ <= skipped_named)
      into.problems.push_back("record " + std::to_string(lines_) + " is not a JSON object and was skipped");
  }
}

void RecordReader::feed(std::string_view bytes, RunRecords& into) {
  while (true) {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) break;
    if (pending_.empty()) {
      line(bytes.substr(0, end), false, into);
    } else {
      pending_.append(bytes.substr(0, end));
      line(std::exchange(pending_, {}), false, into);
    }
    bytes.remove_prefix(end + 1);
  }
  pending_.append(bytes);
}

void RecordReader::finish(RunRecords& into) {
  if (!pending_.empty()) line(std::exchange(pending_, {}), true, into);
  for (Provisional& p : std::exchange(provisional_, {})) {
    into.problems.push_back("the program ended while the schedule of " + p.finding.rule +
                            " was being shortened: it is shown as it was met");
    into.findings.push_back(std::move(p.finding));
  }
  if (skipped_ > skipped_named) {
    into.problems.push_back(std::to_string(skipped_ - skipped_named) +
                            " more records are no JSON objects and were skipped");
  }
}

bool read_records(const std::string& path, RunRecords& into, std::string& error) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) {
    error = "cannot read " + path + ": " + std::strerror(errno);
    return false;
  }
  RecordReader reader;
  std::string buffer(1 << 16, '\0');
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    reader.feed(std::string_view(buffer).substr(0, got), into);
  }
  if (std::ferror(file.get()) != 0) {
    error = "cannot read " + path + ": " + std::strerror(errno);
    return false;
  }
  reader.finish(into);
  return true;
}

}  // namespace heddle::format
