// What include/heddle/history.h calls: the marks of an execution, and the search for an order that explains
// them.
#include <heddle/history.h>

#include <algorithm>

#include "checker/detect/linearizability/search.hpp"
#include "checker/frontend/call.hpp"
#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/recording.hpp"
#include "checker/runtime/territory.hpp"

namespace {

using namespace heddle;
using namespace heddle::frontend;
using detect::Explanation;
using detect::OperationId;
using detect::StateId;

// The caller's object, asked about the operations of one of its parts.
class Object final : public detect::Specification {
 public:
  Object(const heddle_sequential_object& object, const kernel::Vector<OperationId>& origin)
      : object_(object), origin_(origin) {}
  detect::Step apply(StateId state, OperationId operation, StateId& after) override {
    return static_cast<detect::Step>(
        object_.apply(object_.context, state, runtime::marked(origin_[operation]).name, &after));
  }

 private:
  const heddle_sequential_object& object_;
  const kernel::Vector<OperationId>& origin_;
};
static_assert(static_cast<int>(detect::Step::legal) == heddle_step_legal);
static_assert(static_cast<int>(detect::Step::illegal) == heddle_step_illegal);
static_assert(static_cast<int>(detect::Step::blocked) == heddle_step_blocked);
static_assert(static_cast<int>(Explanation::Outcome::legal) == heddle_explained_legal);
static_assert(static_cast<int>(Explanation::Outcome::illegal) == heddle_explained_illegal);
static_assert(static_cast<int>(Explanation::Outcome::stuck) == heddle_explained_stuck);
static_assert(static_cast<int>(Explanation::Outcome::unknown) == heddle_explained_unknown);
static_assert(static_cast<int>(runtime::StuckVerdict::fine) == heddle_stuck_fine);
static_assert(static_cast<int>(runtime::StuckVerdict::nonlinearizable) == heddle_stuck_nonlinearizable);
static_assert(static_cast<int>(runtime::StuckVerdict::no_progress) == heddle_stuck_no_progress);

// Kept from one execution to the next for their memory.
struct Workspace {
  detect::History history;
  detect::LinearizationSearch search;
  kernel::Vector<unsigned> order;
  kernel::Vector<std::uint64_t> keys;
};
Workspace* workspace = nullptr;

Workspace& work() {
  if (workspace == nullptr) workspace = &runtime::make_engine_object<Workspace>();
  return *workspace;
}

detect::DerivedHistory whole(const detect::History& history) {
  detect::DerivedHistory same{history, {}};
  for (OperationId id = 0; id < history.size(); ++id) same.origin.push_back(id);
  return same;
}

// False: this part has no explanation, which is what the caller is told.
bool explain_part(const heddle_sequential_object& object, const detect::DerivedHistory& part,
                  heddle_explanation& out) {
  Workspace& w = work();
  detect::DerivedHistory weaker;
  if (object.consistency == heddle_sequential) weaker = detect::in_program_order(part.history);
  if (object.consistency == heddle_quiescent) weaker = detect::in_quiescent_order(part.history);
  const bool as_it_is = object.consistency == heddle_linearizable;
  kernel::Vector<OperationId> origin;
  for (OperationId id = 0; id < part.history.size(); ++id)
    origin.push_back(part.origin[as_it_is ? id : weaker.origin[id]]);
  Object asked(object, origin);
  const Explanation& found = w.search.explain(
      as_it_is ? part.history : weaker.history, asked,
      object.pending_must_block != 0 ? detect::Pending::must_block : detect::Pending::may_have_happened);
  w.order.clear();
  for (const OperationId id : found.order) w.order.push_back(runtime::marked(origin[id]).name);
  out.explained = static_cast<heddle_explained>(found.outcome);
  out.order = w.order.data();
  out.count = static_cast<unsigned>(w.order.size());
  out.state = found.state;
  return found.outcome == Explanation::Outcome::legal;
}

}  // namespace

HEDDLE_INTERCEPT void heddle_runtime_call(unsigned operation) {
  if (!runtime::controlled()) return;
  runtime::forget_all();  // marks are judged in every execution
  runtime::mark_call(operation);
}

HEDDLE_INTERCEPT void heddle_runtime_return(unsigned operation) {
  if (!runtime::controlled()) return;
  runtime::forget_all();
  runtime::mark_return(operation);
}

HEDDLE_INTERCEPT unsigned heddle_runtime_marked(heddle_marked_operation* out, unsigned room) {
  const unsigned count = runtime::marked_count();
  for (unsigned i = 0; i < std::min(count, room); ++i) {
    const runtime::MarkedOperation& marked = runtime::marked(i);
    const bool stopped = marked.return_mark == 0 && runtime::has_stopped(marked.thread);
    out[i] = {marked.name,
              marked.thread,
              marked.call_mark,
              marked.return_mark,
              marked.return_mark == 0 ? 0 : marked.returned - marked.called,
              stopped ? 1 : 0};
  }
  return count;
}

HEDDLE_INTERCEPT void heddle_runtime_label(unsigned operation, const char* label) {
  runtime::label_marked(operation, label);
}

HEDDLE_INTERCEPT int heddle_runtime_precedes(unsigned first, unsigned second) {
  runtime::marked_history(work().history);
  return work().history.precedes(first, second) ? 1 : 0;
}

HEDDLE_INTERCEPT void heddle_runtime_explain(const heddle_sequential_object* object,
                                             heddle_explanation* explanation) {
  Workspace& w = work();
  runtime::marked_history(w.history);
  if (object->part == nullptr) {
    explain_part(*object, whole(w.history), *explanation);
    return;
  }
  w.keys.clear();
  for (OperationId id = 0; id < w.history.size(); ++id)
    w.keys.push_back(object->part(object->context, runtime::marked(id).name));
  for (OperationId id = 0; id < w.history.size(); ++id) {
    if (std::find(w.keys.begin(), w.keys.begin() + id, w.keys[id]) != w.keys.begin() + id) continue;
    explanation->part = w.keys[id];
    if (!explain_part(*object, detect::part_of(w.history, w.keys, w.keys[id]), *explanation)) return;
  }
  explanation->explained = heddle_explained_legal;
}

HEDDLE_INTERCEPT void heddle_runtime_nonlinearizable(const char* message) {
  if (runtime::controlled()) runtime::fail_at(Rule::nonlinearizable, HEDDLE_CALLER_PC, "%s", message);
}

HEDDLE_INTERCEPT void heddle_runtime_no_progress(const char* message) {
  if (runtime::controlled()) runtime::fail_at(Rule::no_progress, HEDDLE_CALLER_PC, "%s", message);
}

HEDDLE_INTERCEPT void heddle_runtime_may_stop(int allowed) {
  if (!runtime::controlled()) return;
  runtime::forget_all();
  runtime::may_stop(allowed != 0);
}

HEDDLE_INTERCEPT void heddle_runtime_when_stuck(int (*judge)(void* context, const char** message),
                                                void* context) {
  if (!runtime::controlled()) return;
  runtime::forget_all();
  runtime::set_stuck_judge({judge, context});
}
