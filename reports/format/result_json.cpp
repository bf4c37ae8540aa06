#include "reports/format/result_json.hpp"

#include <nlohmann/json.hpp>

namespace heddle::format {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

template <class T, class Write>
Json array(const std::vector<T>& all, Write write) {
  Json result = Json::array();
  for (const T& one : all) result.push_back(write(one));
  return result;
}

Json stack(const Stack& s) {
  return array(s.frames, [](const Frame& f) {
    return Json{{"function", or_null(f.function)},
                {"file", or_null(f.file)},
                {"line", f.line},
                {"column", f.column},
                {"source", or_null(f.source)},
                {"inlined", f.inlined},
                {"library", f.library},
                {"module", or_null(f.module)},
                {"offset", f.offset}};
  });
}

Json thread(const Thread& t) {
  return {{"id", t.id},
          {"name", or_null(t.name)},
          {"entry", or_null(t.entry_function)},
          {"creator", or_null(t.creator)},
          {"created_at", stack(t.created_at)},
          {"runs", or_null(t.runs)}};
}

Json declared_at(const Object& o) {
  if (o.declared_in.empty()) return nullptr;
  return {{"file", o.declared_in}, {"line", o.declared_line}};
}

Json object(const Object& o) {
  return {{"id", o.id},
          {"name", o.name},
          {"kind", o.kind},
          {"address", o.address},
          {"size", o.size},
          {"region", o.region},
          {"block", or_null(o.block)},
          {"block_size", o.block_size},
          {"offset", o.offset},
          {"allocated_by", or_null(o.allocated_by)},
          {"allocated_at", stack(o.allocated_at)},
          {"stable_name", o.stable_name},
          {"type", or_null(o.type)},
          {"declared_at", declared_at(o)}};
}

Json access(const Access& a) {
  return {{"role", a.role},          {"thread", a.thread},          {"kind", a.kind},
          {"size", a.size},          {"object", or_null(a.object)}, {"address", or_null(a.address)},
          {"step", or_null(a.step)}, {"stack", stack(a.stack)}};
}

Json blocked(const Blocked& b) {
  return {{"thread", b.thread},          {"call", b.call}, {"object", or_null(b.object)},
          {"holder", or_null(b.holder)}, {"spin", b.spin}, {"daemon", b.daemon},
          {"stack", stack(b.stack)}};
}

Json held(const Held& h) {
  return {{"thread", h.thread}, {"object", or_null(h.object)}, {"stack", stack(h.stack)}};
}

Json step(const Step& s) {
  return {{"step", s.step},
          {"thread", s.thread},
          {"kind", s.kind},
          {"call", s.call},
          {"object", or_null(s.object)},
          {"size", s.size},
          {"order", or_null(s.order)},
          {"value", or_null(s.value)},
          {"written", or_null(s.written)},
          {"source", or_null(s.source)},
          {"mo_last", s.mo_last},
          {"timed_out", s.timed_out},
          {"switch", or_null(s.switched)},
          {"without", or_null(s.without)},
          {"without_surprise", or_null(s.without_surprise)},
          {"clock", s.clock},
          {"stack", stack(s.stack)},
          {"text", s.text}};
}

Json turn(const Turn& t) {
  return {{"thread", t.thread},
          {"first", t.first},
          {"last", t.last},
          {"why", or_null(t.why)},
          {"without", or_null(t.without)}};
}

Json lock(const LockSpan& l) {
  return {{"thread", l.thread},
          {"object", l.object},
          {"first", l.first},
          {"last", or_null(l.last)},
          {"shared", l.shared}};
}

Json minimized(const std::optional<Minimized>& m) {
  if (!m) return nullptr;
  return {{"switches_before", m->switches_before},
          {"switches_after", m->switches_after},
          {"attempts", m->attempts}};
}

Json call(const Call& c) {
  return {{"thread", c.thread},
          {"label", c.label},
          {"after", c.after},
          {"until", or_null(c.until)},
          {"stopped", c.stopped}};
}

Json fix(const Fix& f) {
  return {{"orders", array(f.orders,
                           [](const OrderChange& o) {
                             return Json{{"kind", o.kind},
                                         {"from", o.from},
                                         {"to", o.to},
                                         {"failure_from", or_null(o.failure_from)},
                                         {"failure_to", or_null(o.failure_to)},
                                         {"stack", stack(o.stack)}};
                           })},
          {"executions", f.executions},
          {"verified", f.verified}};
}

Json analysis(const Finding& f) {
  if (f.chances.empty()) return nullptr;
  Json passing = nullptr;
  if (!f.passing.empty()) {
    const Finding& p = f.passing.front();
    passing = {{"threads", array(p.threads, thread)},
               {"objects", array(p.objects, object)},
               {"steps", array(p.steps, step)}};
  }
  return {{"executions", f.tried},
          {"chances", array(f.chances,
                            [](const Chance& c) {
                              return Json{{"after", c.after}, {"failed", c.failed}, {"passed", c.passed}};
                            })},
          {"no_return", or_null(f.no_return)},
          {"fixes", array(f.fixes, fix)},
          {"passing", passing}};
}

Json finding(const Finding& f) {
  return {{"rule", f.rule},
          {"name", f.name},
          {"title", f.title},
          {"fingerprint", f.fingerprint},
          {"cause", f.cause},
          {"message", f.message},
          {"token", f.token},
          {"replay", or_null(f.replay)},
          {"execution", f.execution},
          {"phase", or_null(f.phase)},
          {"replays", f.replays},
          {"reproduced", f.reproduced},
          {"occurrences", f.occurrences},
          {"threads", array(f.threads, thread)},
          {"objects", array(f.objects, object)},
          {"accesses", array(f.accesses, access)},
          {"blocked", array(f.blocked, blocked)},
          {"held", array(f.held, held)},
          {"steps", array(f.steps, step)},
          {"minimized", minimized(f.minimized)},
          {"output", f.output},
          {"why", f.why},
          {"schedule", array(f.schedule, turn)},
          {"locks", array(f.locks, lock)},
          {"calls", array(f.calls, call)},
          {"analysis", analysis(f)},
          {"turning", or_null(f.turning)}};
}

Json phase(const Phase& p) {
  return {{"name", p.name},
          {"executions", p.executions},
          {"bound", or_null(p.bound)},
          {"all_within_bound", p.all_within_bound},
          {"ended", p.ended},
          {"given_up", or_null(p.given_up)},
          {"estimate", or_null(p.estimate)},
          {"seconds_needed", p.seconds_needed}};
}

Json shard(const Shard& s) { return {{"index", s.index}, {"count", s.count}, {"split", s.split}}; }

Json exploration(const Exploration& e) {
  return {{"mode", or_null(e.mode)},
          {"strategy", or_null(e.strategy)},
          {"model", or_null(e.model)},
          {"seed", or_null(e.seed)},
          {"reason", or_null(e.reason)},
          {"processes", e.processes},
          {"executions", e.executions},
          {"complete", e.complete},
          {"blocked", e.blocked},
          {"cut", e.cut},
          {"operations", e.operations},
          {"stale", e.stale},
          {"recalled", e.recalled},
          {"cpu_seconds", e.cpu_seconds},
          {"elapsed_seconds", e.elapsed_seconds},
          {"estimate", or_null(e.estimate)},
          {"estimate_spread", or_null(e.estimate_spread)},
          {"bound", or_null(e.bound)},
          {"phases", array(e.phases, phase)},
          {"shard", e.shard ? shard(*e.shard) : Json()}};
}

Json divergence(const Divergence& d) {
  return {{"message", d.message},
          {"thread", d.thread},
          {"step", d.step},
          {"expected", d.expected},
          {"actual", d.actual},
          {"stack", stack(d.stack)},
          {"expected_stack", stack(d.expected_stack)}};
}

template <class T>
Json call_message(const T& w) {
  return {{"call", w.call}, {"message", w.message}, {"stack", stack(w.stack)}};
}

Json options(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Json all = Json::object();
  for (const auto& [key, value] : pairs) all[key] = value;
  return all;
}

Json environment(const Environment& e) {
  return {{"tool", or_null(e.tool)},
          {"system", or_null(e.system)},
          {"started", or_null(e.started)},
          {"directory", or_null(e.directory)},
          {"command", e.command}};
}

Json run(const RunSummary& r) {
  return {{"source", or_null(r.source)},
          {"verdict", word(r.verdict)},
          {"error", or_null(r.error)},
          {"program", r.program},
          {"arguments", r.arguments},
          {"options", options(r.options)},
          {"exploration", exploration(r.exploration)},
          {"environment", environment(r.environment)},
          {"fingerprints", r.fingerprints}};
}

Json suppressed(const Suppressed& s) {
  return {{"finding", finding(s.finding)}, {"reason", s.reason}, {"by", s.by}};
}

Json document(const RunResult& result) {
  return {{"schema_version", result_schema_version},
          {"verdict", word(result.verdict)},
          {"guarantee", result.guarantee},
          {"error", or_null(result.error)},
          {"refused", result.refused},
          {"output", or_null(result.output)},
          {"program", result.program},
          {"arguments", result.arguments},
          {"options", options(result.options)},
          {"environment", environment(result.environment)},
          {"exploration", exploration(result.exploration)},
          {"findings", array(result.findings, finding)},
          {"divergences", array(result.divergences, divergence)},
          {"unsupported", array(result.unsupported, call_message<Unsupported>)},
          {"warnings", array(result.warnings, call_message<Warning>)},
          {"outcomes", array(result.outcomes,
                             [](const Outcome& o) {
                               return Json{{"text", o.text}, {"count", o.count}};
                             })},
          {"problems", result.problems},
          {"modules", array(result.modules,
                            [](const Module& m) {
                              return Json{{"path", m.path}, {"build_id", or_null(m.build_id)}};
                            })},
          {"sources", array(result.sources,
                            [](const SourceExcerpt& e) {
                              return Json{{"file", e.file}, {"first", e.first}, {"lines", e.lines}};
                            })},
          {"suppressed", array(result.suppressed, suppressed)},
          {"runs", array(result.runs, run)}};
}

std::string text_of(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string to_json(const RunResult& result) { return text_of(document(result), 1); }

std::string to_json_line(const RunResult& result) {
  Json line = {{"type", "result"}};
  line.update(document(result));
  return text_of(line, -1);
}

}  // namespace heddle::format
