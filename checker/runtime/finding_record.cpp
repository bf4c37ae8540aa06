#include "checker/runtime/finding_record.hpp"

#include "checker/runtime/modules.hpp"
#include "checker/runtime/object_list.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/trace.hpp"

namespace heddle::runtime {
namespace {

using kernel::OperationKind;

void (*enumerate_held)(void (*visit)(const HeldLock& lock)) = nullptr;

const char* word(OperationKind kind, bool awaits) {
  if (awaits) return "await";
  switch (kind) {
    case OperationKind::load:
      return "load";
    case OperationKind::store:
      return "store";
    case OperationKind::rmw:
      return "rmw";
    case OperationKind::fence:
      return "fence";
    case OperationKind::choose:
      return "choose";
    case OperationKind::spawn:
      return "spawn";
    case OperationKind::exit:
      return "exit";
    case OperationKind::finish:
      return "finish";
  }
  return "";
}

const char* word(kernel::Order order) {
  switch (order) {
    case kernel::Order::relaxed:
      return "relaxed";
    case kernel::Order::acquire:
      return "acquire";
    case kernel::Order::release:
      return "release";
    case kernel::Order::acq_rel:
      return "acq_rel";
    case kernel::Order::seq_cst:
      return "seq_cst";
  }
  return "";
}

bool reads(OperationKind kind) { return kind == OperationKind::load || kind == OperationKind::rmw; }

void write_threads(JsonWriter& out) {
  out.key("threads");
  out.begin_array();
  const Trace& traced = trace();
  for (ThreadId id = 0; id < thread_count(); ++id) {
    const Thread& thread = thread_at(id);
    out.begin_object();
    out.member("id", std::uint64_t{id});
    out.member("name", id == 0 && thread.name[0] == '\0' ? "main" : thread.name);
    out.key("entry");
    write_address(out, id == 0 ? 0 : reinterpret_cast<std::uintptr_t>(thread.start.entry));
    out.key("creator");
    if (thread.creator == kernel::no_thread) {
      out.null();
    } else {
      out.number(thread.creator);
      out.key("created_at");
      write_stack(out, traced.created_at[id]);
    }
    out.end_object();
  }
  out.end_array();
}

void write_accesses(JsonWriter& out, const Verdict& v, ObjectList& objects) {
  out.key("accesses");
  out.begin_array();
  for (std::uint32_t i = 0; i < v.access_count; ++i) {
    const Access& access = v.accesses[i];
    out.begin_object();
    out.member("role", access.role);
    out.member("thread", std::uint64_t{access.thread});
    out.member("kind", access.kind);
    out.member("size", std::uint64_t{access.size});
    out.key("object");
    write_object_reference(out, objects.number(access.address, "memory", access.size));
    out.key("address");
    out.hex_string(access.address);
    out.key("step");
    if (access.step == 0) {
      out.null();
    } else {
      out.number(access.step);
    }
    out.key("stack");
    write_stack(out, access.stack);
    out.end_object();
  }
  // Every finding names the place it was found at.
  if (v.access_count == 0 && v.blocked_count == 0) {
    out.begin_object();
    out.member("role", "current");
    out.member("thread", std::uint64_t{v.thread});
    out.member("kind", "call");
    out.key("stack");
    write_stack(out, v.stack);
    out.end_object();
  }
  out.end_array();
}

void write_blocked(JsonWriter& out, const Verdict& v, ObjectList& objects) {
  out.key("blocked");
  out.begin_array();
  for (std::uint32_t i = 0; i < v.blocked_count; ++i) {
    const BlockedInVerdict& b = v.blocked[i];
    out.begin_object();
    out.member("thread", std::uint64_t{b.thread});
    out.member("call", b.site.call);
    out.key("object");
    write_object_reference(out, objects.number(b.site.object, runtime::word(b.site.object_kind), 0));
    out.key("holder");
    if (b.holder == kernel::no_thread) {
      out.null();
    } else {
      out.number(b.holder);
    }
    out.key("spin");
    out.boolean(b.spin);
    out.key("daemon");
    out.boolean(b.daemon);
    out.key("stack");
    write_stack(out, b.stack);
    out.end_object();
  }
  out.end_array();
}

// The step whose store a step read. Stores of threads' exits are matched by location: they happen inside the
// explorer.
std::int64_t source_step(const Trace& traced, std::size_t reader) {
  const Step& step = traced.steps[reader];
  if (step.answer.source == kernel::initial_stamp) return -1;
  for (std::size_t i = reader; i-- > 0;) {
    const Step& earlier = traced.steps[i];
    if (!earlier.writes || earlier.operation.location != step.operation.location) continue;
    if (earlier.answer.stamp == step.answer.source || earlier.operation.kind == OperationKind::exit) {
      return static_cast<std::int64_t>(i) + 1;
    }
  }
  return -1;
}

// Why the thread of the step before was left, in a word; null if it was not.
const char* switch_reason(const Trace& traced, std::size_t at) {
  if (at == 0) return nullptr;
  const ThreadId before = traced.steps[at - 1].thread;
  if (before == traced.steps[at].thread) return nullptr;
  if (traced.steps[at - 1].operation.kind == OperationKind::exit) return "it ended";
  const Operation* const pending = thread_at(before).pending;
  // Its next operation tells whether it could have gone on.
  for (std::size_t i = at; i < traced.steps.size(); ++i) {
    if (traced.steps[i].thread == before) {
      return traced.steps[i].operation.accepts != nullptr ? "it had to wait" : "preempted";
    }
  }
  return pending != nullptr && pending->accepts != nullptr ? "it waits" : "preempted";
}

void write_step(JsonWriter& out, const Trace& traced, std::size_t at, ObjectList& objects) {
  const Step& step = traced.steps[at];
  const Operation& op = step.operation;
  out.begin_object();
  out.member("step", at + 1);
  out.member("thread", std::uint64_t{step.thread});
  out.member("kind", word(op.kind, op.accepts != nullptr));
  out.member("call", op.site.call);
  out.key("object");
  write_object_reference(out, objects.number(op.site.object, runtime::word(op.site.object_kind), op.size));
  out.member("size", std::uint64_t{op.size});
  out.member("order", word(op.order));
  if (reads(op.kind) || op.kind == OperationKind::choose || op.kind == OperationKind::spawn) {
    out.key("value");
    out.decimal_string(step.answer.value);
  }
  out.key("written");
  if (step.writes) {
    out.decimal_string(step.written);
  } else {
    out.null();
  }
  out.key("source");
  if (reads(op.kind) && !step.answer.timed_out) {
    out.signed_number(source_step(traced, at));
  } else {
    out.null();
  }
  out.key("mo_last");
  out.boolean(step.answer.mo_last || op.kind == OperationKind::exit);
  out.key("timed_out");
  out.boolean(step.answer.timed_out);
  out.key("switch");
  if (const char* const reason = switch_reason(traced, at); reason != nullptr) {
    out.string(reason);
  } else {
    out.null();
  }
  out.key("clock");
  out.begin_array();
  for (ThreadId i = 0; i < step.clock_size; ++i) out.number(traced.clocks[step.clock_at + i]);
  out.end_array();
  out.key("stack");
  write_stack(out, step.stack);
  out.end_object();
}

// State of the walk over held locks: the callback of a frontend carries no context.
JsonWriter* held_out = nullptr;
ObjectList* held_objects = nullptr;

void write_held_lock(const HeldLock& lock) {
  held_out->begin_object();
  held_out->member("thread", std::uint64_t{lock.thread});
  held_out->key("object");
  write_object_reference(*held_out, held_objects->number(lock.object, "mutex", 0));
  held_out->key("stack");
  write_stack(*held_out, lock.acquired_at);
  held_out->end_object();
}

void write_held(JsonWriter& out, ObjectList& objects) {
  out.key("held");
  out.begin_array();
  held_out = &out;
  held_objects = &objects;
  if (enumerate_held != nullptr) enumerate_held(write_held_lock);
  out.end_array();
}

}  // namespace

void set_enumerate_held(void (*enumerate)(void (*visit)(const HeldLock& lock))) {
  enumerate_held = enumerate;
}

void write_evidence(JsonWriter& out, const Verdict& v) {
  ObjectList objects;
  write_threads(out);
  write_accesses(out, v, objects);
  write_blocked(out, v, objects);
  write_held(out, objects);
  out.key("steps");
  out.begin_array();
  const Trace& traced = trace();
  for (std::size_t i = 0; i < traced.steps.size(); ++i) write_step(out, traced, i, objects);
  out.end_array();
  out.key("objects");
  objects.write(out);
}

}  // namespace heddle::runtime
