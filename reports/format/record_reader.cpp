#include "reports/format/record_reader.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "reports/format/json_members.hpp"
#include "reports/format/rule_lookup.hpp"
#include "reports/format/utf8.hpp"

namespace heddle::format {
namespace {

using members::boolean;
using members::integer;
using members::Json;
using members::list;
using members::natural;
using members::optional_integer;
using members::optional_text;
using members::real;
using members::text;

Address read_address(const Json& j) {
  Address result;
  if (!j.is_array() || j.size() != 2) return result;
  result.module = static_cast<int>(members::as_integer(j[0]).value_or(-1));
  result.offset = members::as_natural(j[1]).value_or(0);
  return result;
}

Address address_member(const Json& j, const char* key) { return read_address(members::member(j, key)); }

Stack read_stack(const Json& j, const char* key) {
  Stack result;
  for (const Json& entry : list(j, key)) result.addresses.push_back(read_address(entry));
  return result;
}

Thread read_thread(const Json& j) {
  Thread t;
  t.id = integer(j, "id");
  t.name = text(j, "name");
  t.entry = address_member(j, "entry");
  t.creator = optional_integer(j, "creator");
  t.created_at = read_stack(j, "created_at");
  return t;
}

Object read_object(const Json& j) {
  Object o;
  o.id = integer(j, "id");
  o.kind = text(j, "kind");
  o.address = text(j, "address");
  o.size = natural(j, "size");
  o.region = text(j, "region");
  o.symbol_address = address_member(j, "module");
  o.block = text(j, "block");
  o.block_size = natural(j, "block_size");
  o.offset = natural(j, "offset");
  o.allocated_by = optional_integer(j, "allocated_by");
  o.allocated_at = read_stack(j, "allocated_at");
  return o;
}

Access read_access(const Json& j) {
  Access a;
  a.role = text(j, "role");
  a.thread = integer(j, "thread");
  a.kind = text(j, "kind");
  a.size = natural(j, "size");
  a.object = optional_integer(j, "object");
  a.address = text(j, "address");
  if (const auto step = members::as_natural(members::member(j, "step"))) a.step = *step;
  a.stack = read_stack(j, "stack");
  return a;
}

Blocked read_blocked(const Json& j) {
  Blocked b;
  b.thread = integer(j, "thread");
  b.call = text(j, "call");
  b.object = optional_integer(j, "object");
  b.holder = optional_integer(j, "holder");
  b.spin = boolean(j, "spin");
  b.daemon = boolean(j, "daemon");
  b.stack = read_stack(j, "stack");
  return b;
}

Held read_held(const Json& j) {
  return {integer(j, "thread"), optional_integer(j, "object"), read_stack(j, "stack")};
}

Step read_step(const Json& j) {
  Step s;
  s.step = natural(j, "step");
  s.thread = integer(j, "thread");
  s.kind = text(j, "kind");
  s.call = text(j, "call");
  s.object = optional_integer(j, "object");
  s.size = natural(j, "size");
  s.order = text(j, "order");
  s.value = optional_text(j, "value");
  s.written = optional_text(j, "written");
  s.source = members::as_integer(members::member(j, "source"));
  s.mo_last = boolean(j, "mo_last");
  s.timed_out = boolean(j, "timed_out");
  s.switched = optional_text(j, "switch");
  s.without = text(j, "without");
  s.without_surprise = text(j, "without_surprise");
  for (const Json& entry : list(j, "clock")) s.clock.push_back(members::as_natural(entry).value_or(0));
  s.stack = read_stack(j, "stack");
  return s;
}

Finding read_finding(const Json& j) {
  Finding f;
  f.rule = text(j, "rule");
  f.name = rule_name(f.rule);
  f.title = rule_title(f.rule);
  f.message = text(j, "message");
  f.token = text(j, "token");
  f.execution = natural(j, "execution");
  f.phase = text(j, "phase");
  f.replays = natural(j, "replays");
  f.reproduced = natural(j, "reproduced");
  for (const Json& e : list(j, "threads")) f.threads.push_back(read_thread(e));
  for (const Json& e : list(j, "objects")) f.objects.push_back(read_object(e));
  for (const Json& e : list(j, "accesses")) f.accesses.push_back(read_access(e));
  for (const Json& e : list(j, "blocked")) f.blocked.push_back(read_blocked(e));
  for (const Json& e : list(j, "steps")) f.steps.push_back(read_step(e));
  for (const Json& e : list(j, "held")) f.held.push_back(read_held(e));
  if (const Json& m = members::member(j, "minimized"); m.is_object()) {
    f.minimized =
        Minimized{natural(m, "switches_before"), natural(m, "switches_after"), natural(m, "attempts")};
  }
  f.output = text(j, "output");
  put_in_order(f);
  return f;
}

Progress read_progress(const Json& j) {
  Progress p;
  p.phase = text(j, "phase");
  p.executions = natural(j, "executions");
  p.complete = natural(j, "complete");
  p.blocked = natural(j, "blocked");
  p.cut = natural(j, "cut");
  p.operations = natural(j, "operations");
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
  for (const Json& e : list(j, "arguments")) into.arguments.push_back(members::as_text(e).value_or(""));
  into.pid = members::as_integer(members::member(j, "pid")).value_or(0);
  for (const Json& e : list(j, "modules")) into.modules.push_back({text(e, "path"), text(e, "build_id")});
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
                           text(j, "message")};
  }
}

}  // namespace

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
  } else if (last) {
    into.problems.push_back("the last record is cut off (the program was stopped while writing it)");
  } else {
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
