#include "checker/runtime/finding_record.hpp"

#include <algorithm>

#include "checker/runtime/modules.hpp"
#include "checker/runtime/object_list.hpp"
#include "checker/runtime/recording.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/trace.hpp"

namespace heddle::runtime {
namespace {

using kernel::OperationKind;

const kernel::Vector<StepLabel>* step_labels = nullptr;

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
      if (hot.tracing) {
        write_stack(out, traced.created_at[id]);
      } else {
        write_stack(out, {1, {thread.start.pc}});
      }
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
  if (v.present && v.access_count == 0 && v.blocked_count == 0) {
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

// What is asked of the trace as a whole, answered for all steps in one pass.
class StepIndex {
 public:
  explicit StepIndex(const Trace& traced) : traced_(traced) {
    index_stores();
    explain_switches();
  }

  // The step whose store a step read, from 1; -1: the initial value, or unknown.
  std::int64_t source_of(const Step& reader) const {
    if (reader.answer.source == kernel::initial_stamp) return -1;
    // Threads' exits happen inside the explorer: nobody told their stamps.
    if (reader.operation.site.object_kind == ObjectKind::thread) {
      if (const std::size_t* const exit = find(exits_, reader.operation.location))
        return static_cast<std::int64_t>(*exit) + 1;
    }
    const std::size_t* const store = find(stores_, reader.answer.source);
    return store == nullptr ? -1 : static_cast<std::int64_t>(*store) + 1;
  }

  // Why the thread of the step before was left; null if it was not.
  const char* switch_at(std::size_t step) const { return switches_[step]; }

 private:
  struct Entry {
    std::uint64_t key;
    std::size_t step;
  };

  static const std::size_t* find(const kernel::Vector<Entry>& entries, std::uint64_t key) {
    const auto at =
        std::lower_bound(entries.begin(), entries.end(), key,
                         [](const Entry& entry, std::uint64_t wanted) { return entry.key < wanted; });
    return at != entries.end() && at->key == key ? &at->step : nullptr;
  }

  void index_stores() {
    for (std::size_t i = 0; i < traced_.steps.size(); ++i) {
      const Step& step = traced_.steps[i];
      if (step.operation.kind == OperationKind::exit) {
        exits_.push_back({step.operation.location, i});
      } else if (step.writes) {
        // The store of a read-modify-write is the event after its read.
        const kernel::Stamp after = step.operation.kind == OperationKind::rmw ? 1 : 0;
        stores_.push_back({step.stamp + after, i});
      }
    }
    const auto by_key = [](const Entry& a, const Entry& b) { return a.key < b.key; };
    std::sort(stores_.begin(), stores_.end(), by_key);
    std::sort(exits_.begin(), exits_.end(), by_key);
  }

  // Backwards: whether a thread could have gone on is told by its next operation.
  void explain_switches() {
    const std::size_t count = traced_.steps.size();
    switches_.resize(count);
    kernel::Vector<const Operation*> next(thread_count());
    for (ThreadId id = 0; id < thread_count(); ++id)
      next[id] = thread_at(id).exited ? nullptr : thread_at(id).pending;
    for (std::size_t i = count; i-- > 0;) {
      const Step& step = traced_.steps[i];
      const bool leaves = i > 0 && traced_.steps[i - 1].thread != step.thread;
      if (leaves) switches_[i] = explain(traced_.steps[i - 1], next[traced_.steps[i - 1].thread]);
      next[step.thread] = &step.operation;
    }
  }

  static const char* explain(const Step& last, const Operation* next) {
    if (last.operation.kind == OperationKind::exit) return "it ended";
    return next != nullptr && next->accepts != nullptr ? "it had to wait" : "preempted";
  }

  const Trace& traced_;
  kernel::Vector<Entry> stores_;
  kernel::Vector<Entry> exits_;
  kernel::Vector<const char*> switches_;
};

void write_step(JsonWriter& out, const Trace& traced, const StepIndex& index, std::size_t at,
                ObjectList& objects) {
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
    out.signed_number(index.source_of(step));
  } else {
    out.null();
  }
  out.key("mo_last");
  out.boolean(step.answer.mo_last || op.kind == OperationKind::exit);
  out.key("timed_out");
  out.boolean(step.answer.timed_out);
  out.key("switch");
  if (const char* const reason = index.switch_at(at); reason != nullptr) {
    out.string(reason);
  } else {
    out.null();
  }
  if (step_labels != nullptr) {
    for (const StepLabel& label : *step_labels) {
      if (label.step == at + 1) out.member(label.surprise ? "without_surprise" : "without", label.without);
    }
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
  // Its steps said what kind of lock it is.
  write_object_reference(*held_out, held_objects->number(lock.object, "memory", 0));
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

// Operations of an object under test, as its tester marked them.
void write_calls(JsonWriter& out) {
  if (marked_count() == 0) return;
  out.key("calls");
  out.begin_array();
  for (std::uint32_t i = 0; i < marked_count(); ++i) {
    const MarkedOperation& call = marked(i);
    const bool returned = call.return_mark != 0;
    out.begin_object();
    out.member("thread", std::uint64_t{call.thread});
    out.member("label", call.label);
    out.member("after", call.call_step);
    out.key("until");
    if (returned) {
      out.number(call.return_step);
    } else {
      out.null();
    }
    out.key("stopped");
    out.boolean(!returned && has_stopped(call.thread));
    out.end_object();
  }
  out.end_array();
}

void write_steps(JsonWriter& out, ObjectList& objects) {
  const Trace& traced = trace();
  const StepIndex index(traced);
  out.key("steps");
  out.begin_array();
  for (std::size_t i = 0; i < traced.steps.size(); ++i) write_step(out, traced, index, i, objects);
  out.end_array();
  if (traced.steps_seen > traced.steps.size())
    out.member("steps_omitted", traced.steps_seen - traced.steps.size());
}

}  // namespace

void set_enumerate_held(void (*enumerate)(void (*visit)(const HeldLock& lock))) {
  enumerate_held = enumerate;
}

void set_step_labels(const kernel::Vector<StepLabel>* labels) { step_labels = labels; }

void write_evidence(JsonWriter& out, const Verdict& v) {
  ObjectList objects;
  write_threads(out);
  write_accesses(out, v, objects);
  write_blocked(out, v, objects);
  write_held(out, objects);
  if (hot.tracing) {
    write_steps(out, objects);
    write_calls(out);
  }
  out.key("objects");
  objects.write(out);
}

}  // namespace heddle::runtime
