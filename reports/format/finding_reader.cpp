#include "reports/format/finding_reader.hpp"

#include <algorithm>

#include "reports/format/rule_lookup.hpp"

namespace heddle::format {
namespace {

using members::boolean;
using members::integer;
using members::Json;
using members::list;
using members::member;
using members::natural;
using members::optional_integer;
using members::optional_natural;
using members::optional_text;
using members::read_all;
using members::text;

Frame read_frame(const Json& j) {
  Frame f;
  f.function = text(j, "function");
  f.file = text(j, "file");
  f.module = text(j, "module");
  f.source = text(j, "source");
  f.offset = natural(j, "offset");
  f.line = integer(j, "line");
  f.column = integer(j, "column");
  f.inlined = boolean(j, "inlined");
  f.library = boolean(j, "library");
  return f;
}

Address read_address(const Json& j) {
  Address result;
  if (!j.is_array() || j.size() != 2) return result;
  result.module = static_cast<int>(members::as_integer(j[0]).value_or(-1));
  result.offset = members::as_natural(j[1]).value_or(0);
  return result;
}

Thread read_thread(const Json& j) {
  Thread t;
  t.id = integer(j, "id");
  t.name = text(j, "name");
  const Json& entry = member(j, "entry");
  t.entry = read_address(entry);
  t.entry_function = members::as_text(entry).value_or("");
  t.creator = optional_integer(j, "creator");
  t.created_at = read_stack(j, "created_at");
  t.runs = text(j, "runs");
  return t;
}

Object read_object(const Json& j) {
  Object o;
  o.id = integer(j, "id");
  o.name = text(j, "name");
  o.kind = text(j, "kind");
  o.address = text(j, "address");
  o.size = natural(j, "size");
  o.region = text(j, "region");
  o.symbol_address = read_address(member(j, "module"));
  o.block = text(j, "block");
  o.block_size = natural(j, "block_size");
  o.offset = natural(j, "offset");
  o.allocated_by = optional_integer(j, "allocated_by");
  o.allocated_at = read_stack(j, "allocated_at");
  o.stable_name = boolean(j, "stable_name");
  o.type = text(j, "type");
  o.declared_in = text(member(j, "declared_at"), "file");
  if (!o.declared_in.empty()) o.declared_line = integer(member(j, "declared_at"), "line");
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
  a.step = optional_natural(j, "step");
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
  s.source = members::as_integer(member(j, "source"));
  s.mo_last = boolean(j, "mo_last");
  s.timed_out = boolean(j, "timed_out");
  s.switched = optional_text(j, "switch");
  s.without = text(j, "without");
  s.without_surprise = text(j, "without_surprise");
  read_all(j, "clock", s.clock, [](const Json& e) { return members::as_natural(e).value_or(0); });
  s.stack = read_stack(j, "stack");
  s.text = text(j, "text");
  return s;
}

Turn read_turn(const Json& j) {
  return {integer(j, "thread"), natural(j, "first"), natural(j, "last"), text(j, "why"), text(j, "without")};
}

LockSpan read_lock(const Json& j) {
  return {integer(j, "thread"), integer(j, "object"), natural(j, "first"), optional_natural(j, "last"),
          boolean(j, "shared")};
}

Call read_call(const Json& j) {
  return {integer(j, "thread"), text(j, "label"), natural(j, "after"), optional_natural(j, "until"),
          boolean(j, "stopped")};
}

Chance read_chance(const Json& j) {
  return {natural(j, "after"), natural(j, "failed"), natural(j, "passed")};
}

OrderChange read_order_change(const Json& j) {
  return {text(j, "kind"),         text(j, "from"),       text(j, "to"),
          text(j, "failure_from"), text(j, "failure_to"), read_stack(j, "stack")};
}

Fix read_fix(const Json& j) {
  Fix fix;
  read_all(j, "orders", fix.orders, read_order_change);
  fix.executions = natural(j, "executions");
  fix.verified = boolean(j, "verified");
  return fix;
}

Finding read_passing(const Json& j) {
  Finding passing;
  read_all(j, "threads", passing.threads, read_thread);
  read_all(j, "objects", passing.objects, read_object);
  read_all(j, "steps", passing.steps, read_step);
  put_in_order(passing);
  return passing;
}

}  // namespace

void read_analysis(const Json& j, Finding& f) {
  f.tried = natural(j, "executions");
  read_all(j, "chances", f.chances, read_chance);
  f.no_return = optional_natural(j, "no_return");
  read_all(j, "fixes", f.fixes, read_fix);
  if (const Json& passing = member(j, "passing"); passing.is_object())
    f.passing.push_back(read_passing(passing));
}

Stack read_stack(const Json& j, const char* key) {
  Stack result;
  for (const Json& entry : list(j, key)) {
    if (entry.is_object()) {
      result.frames.push_back(read_frame(entry));
    } else {
      result.addresses.push_back(read_address(entry));
    }
  }
  return result;
}

Finding read_finding(const Json& j) {
  Finding f;
  f.rule = text(j, "rule");
  f.name = text(j, "name");
  f.title = text(j, "title");
  // A later version may have rules this one does not know; of those that are known, this one has the words.
  if (rule_of(f.rule) || f.name.empty()) f.name = rule_name(f.rule);
  if (rule_of(f.rule) || f.title.empty()) f.title = rule_title(f.rule);
  f.fingerprint = text(j, "fingerprint");
  f.cause = text(j, "cause");
  f.message = text(j, "message");
  f.token = text(j, "token");
  f.replay = text(j, "replay");
  f.execution = natural(j, "execution");
  f.phase = text(j, "phase");
  f.replays = natural(j, "replays");
  f.reproduced = natural(j, "reproduced");
  f.occurrences = std::max<std::uint64_t>(natural(j, "occurrences"), 1);
  read_all(j, "threads", f.threads, read_thread);
  read_all(j, "objects", f.objects, read_object);
  read_all(j, "accesses", f.accesses, read_access);
  read_all(j, "blocked", f.blocked, read_blocked);
  read_all(j, "held", f.held, read_held);
  read_all(j, "steps", f.steps, read_step);
  read_all(j, "calls", f.calls, read_call);
  if (const Json& m = member(j, "minimized"); m.is_object()) {
    f.minimized =
        Minimized{natural(m, "switches_before"), natural(m, "switches_after"), natural(m, "attempts")};
  }
  f.output = text(j, "output");
  read_analysis(member(j, "analysis"), f);
  f.turning = text(j, "turning");
  f.why = text(j, "why");
  read_all(j, "schedule", f.schedule, read_turn);
  read_all(j, "locks", f.locks, read_lock);
  put_in_order(f);
  return f;
}

}  // namespace heddle::format
