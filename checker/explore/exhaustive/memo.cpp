#include "checker/explore/exhaustive/memo.hpp"

#include <algorithm>
#include <new>

namespace heddle::explore {

using kernel::ObjectKind;
using kernel::Operation;
using kernel::OperationKind;
using kernel::ThreadId;
using kernel::Value;

namespace {

constexpr std::uint32_t nodes_max = 1U << 16;
constexpr std::size_t slots_first = 1024;
constexpr std::uint32_t conflicts_max = 256;
// Of the executions that are known, so rarely one is run all the same, and compared, in the end (see
// wants_run); and after so many of them they become rarer.
constexpr std::uint64_t run_every_max = 1024;
constexpr std::uint64_t runs_as_often = 64;
// After so many runs, keeping the tree must have been worth it: a run that was tried to be recalled in vain
// costs a fifth more.
constexpr std::uint64_t runs_on_trial = 4096;
constexpr std::uint64_t runs_worth_one_recalled = 2;

// A lock of a mutex that waits, or an unlock.
bool is_lock_or_unlock(const Operation& op) {
  if (op.site.object_kind != ObjectKind::mutex) return false;
  return op.kind == OperationKind::rmw ? op.accepts != nullptr
                                       : op.kind == OperationKind::store && op.operand == 0;
}

// Whether all there is to this operation is in the kernel. Whoever joins and creates threads, the main thread
// excepted, does it with state that its frontend shares with others.
bool is_plain(ThreadId thread, const Operation& op) {
  if (op.accepts != nullptr && (op.timed || op.daemon || op.assumption)) return false;
  if (op.parties != 0 || op.destroys) return false;
  switch (op.kind) {
    case OperationKind::choose:
      return op.plain == kernel::PlainAccess::none && !op.yields && op.operand > 1;
    case OperationKind::spawn:
      return thread == 0 && !op.symmetric;
    case OperationKind::load:
      return op.site.object_kind == ObjectKind::atomic ||
             (op.site.object_kind == ObjectKind::thread && thread == 0);
    case OperationKind::store:
    case OperationKind::rmw:
      return (op.site.object_kind == ObjectKind::atomic && op.size <= sizeof(Value)) || is_lock_or_unlock(op);
    case OperationKind::finish:
      return thread == 0;
    default:
      return true;
  }
}

bool is_same(const Operation& a, const Operation& b) {
  return a.kind == b.kind && a.order == b.order && a.failure_order == b.failure_order && a.size == b.size &&
         a.location == b.location && a.initial == b.initial && a.operand == b.operand &&
         a.expected == b.expected && a.update == b.update && a.accepts == b.accepts &&
         a.accepts_argument == b.accepts_argument && a.site.pc == b.site.pc;
}

}  // namespace

void Memo::switch_off() {
  on_ = false;
  forget();
  for (Node* nodes : chunks_) kernel::engine_release(nodes, chunk * sizeof(Node));
  chunks_.clear();
  answered_ = {};
  writes_ = {};
  initial_values_ = {};
  variable_count_ = 0;
}

Memo::Id Memo::make() {
  if (count_ == nodes_max) return none;
  if (count_ == chunks_.size() * chunk) {
    chunks_.push_back(static_cast<Node*>(kernel::engine_allocate(chunk * sizeof(Node))));
  }
  const Id id = base_ + ++count_;
  new (&at(id)) Node;
  return id;
}

Memo::Id Memo::root() {
  if (count_ != 0) return base_ + 1;
  const Id made = make();
  at(made).alone = true;
  at(made).reached = made;
  return made;
}

Memo::Id& Memo::slot(Id node, Value answer, bool initial) {
  std::uint64_t hash = (node - base_) * 0x9e37'79b9'7f4a'7c15ULL ^ answer * 0xc2b2'ae3d'27d4'eb4fULL;
  hash = (hash ^ hash >> 32) * 0x9fb2'1c65'1e98'df25ULL + (initial ? 1 : 0);
  const std::size_t mask = answered_.size() - 1;
  for (std::size_t i = hash >> 24 & mask;; i = (i + 1) & mask) {
    Id& found = answered_[i];
    if (found == none) return found;
    const Node& n = at(found);
    if (n.before == node && n.answer == answer && n.initial == initial) return found;
  }
}

void Memo::grow() {
  answered_.assign(std::max(slots_first, 2 * answered_.size()), none);
  for (Id id = base_ + 1; id <= base_ + count_; ++id) {
    const Node& n = at(id);
    if (n.before != none) slot(n.before, n.answer, n.initial) = id;
  }
}

// The place for the history that is longer by one answer; where there is room for it.
Memo::Id& Memo::next(Id node, Value answer, bool initial) {
  if (2 * (count_ + 1) > answered_.size()) grow();
  return slot(node, answer, initial);
}

Memo::Id Memo::after(Id node, Value answer, bool initial) {
  if (node == none) return none;
  Node& before = at(node);
  if (before.variable != no_variable) return none;
  if (before.latest != none) {
    const Node& n = at(before.latest);
    if (n.answer == answer && n.initial == initial) return before.latest;
  }
  Id& found = next(node, answer, initial);
  if (found == none) {
    const Id made = make();
    if (made == none) return none;
    Node& n = at(made);
    n.before = node;
    n.reached = made;
    n.answer = answer;
    n.initial = initial;
    n.ended = before.operation.kind == OperationKind::exit;
    n.alone = before.alone && before.operation.kind != OperationKind::spawn;
    n.open = before.open || !(before.recallable || before.alone);
    found = made;
  }
  return before.latest = found;
}

Memo::Id Memo::after_reading(Id node, Value value) {
  Node& before = at(node);
  if (before.latest != none && at(before.latest).answer == value) return before.latest;
  const Id found = slot(node, value, false);
  return found == none ? none : before.latest = found;
}

Memo::Id Memo::started(Id node) {
  if (node == none) return none;
  if (at(node).started == none) {
    const Id made = make();
    if (made == none) return none;
    at(made).open = at(at(node).before).open;  // as the state of the thread that creates it
    at(made).reached = made;
    at(node).started = made;
  }
  return at(node).started;
}

std::uint32_t Memo::find_tail(Id node) {
  Node& n = at(node);
  if (!n.can_go_on()) return 0;
  const Operation& op = n.operation;
  if (op.kind == OperationKind::finish) return n.tail = 1;  // which is no event
  if (op.kind == OperationKind::exit) return n.tail = 2;
  if (op.kind != OperationKind::load || op.site.object_kind != ObjectKind::thread || op.accepts == nullptr) {
    return 0;
  }
  constexpr Value ended = 1;
  if (const std::uint32_t rest = tail_ahead(slot(node, ended, false)); rest != 0) n.tail = rest + 1;
  return n.tail;
}

bool Memo::access(std::uintptr_t address, std::size_t bytes, bool write, Look look) {
  const VariableId id = variable_at(address, bytes);
  if (id == no_variable) return false;
  look_ = look;
  Variable& v = variables_[id];
  if (write && v.written_in != stretch_) {
    v.written_in = stretch_;
    written_[written_count_++] = id;
  } else if (!write && v.known_in != stretch_) {
    reads_[read_count_++] = {id, look(address, bytes)};
  }
  v.known_in = stretch_;
  return true;
}

VariableId Memo::variable_at(std::uintptr_t address, std::size_t bytes) {
  for (VariableId id = 0; id < variable_count_; ++id) {
    if (variables_[id].address == address) return variables_[id].bytes == bytes ? id : no_variable;
  }
  if (variable_count_ == PlainMemory::variables_max) return no_variable;
  variables_[variable_count_] = {address, bytes, 0, 0};
  return variable_count_++;
}

// Lengthens the history by the values read. `ends`: the thread has read no more before it came to its
// operation. False: it did something else before.
bool Memo::follow_reads(Id& node, std::uint32_t count, bool ends) {
  for (std::uint32_t i = 0; i < count; ++i) {
    Node& n = at(node);
    if (n.open) return true;
    if (n.known) return false;
    if (n.variable == no_variable) n.variable = reads_[i].variable;
    if (n.variable != reads_[i].variable) return false;
    Id& found = next(node, reads_[i].value, false);
    if (found == none) {
      const Id made = make();
      if (made == none) {
        node = none;
        return true;
      }
      Node& m = at(made);
      m.before = node;
      m.reached = n.reached;
      m.answer = reads_[i].value;
      m.alone = n.alone;
      m.touches = true;
      found = made;
    }
    node = found;
  }
  return !ends || at(node).open || at(node).variable == no_variable;
}

// What the thread has written. False: it did something else before.
bool Memo::follow_writes(Node& n) {
  if (n.known && n.write_count != written_count_) return false;
  if (!n.known) {
    n.writes = static_cast<std::uint32_t>(writes_.size());
    n.write_count = written_count_;
    n.touches = n.touches || written_count_ != 0;
  }
  for (std::uint32_t i = 0; i < written_count_; ++i) {
    const Variable& v = variables_[written_[i]];
    const Write now = {written_[i], look_(v.address, v.bytes)};
    if (!n.known) {
      writes_.push_back(now);
    } else if (const Write& then = writes_[n.writes + i];
               then.variable != now.variable || then.value != now.value) {
      return false;
    }
  }
  return true;
}

std::span<const Value> Memo::initial_values(const Node& node) const {
  if (node.initial_values == 0) return {};
  const Value* const values = initial_values_.data() + node.initial_values;
  return {values + 1, static_cast<std::size_t>(values[0])};
}

// The main thread is about to create the first thread. False: the memory held something else before.
bool Memo::note_initial_values(Node& n) {
  constexpr std::size_t size = PlainMemory::variables_max + 1;
  constexpr std::size_t nodes_with_values_max = 1024;
  if (n.initial_values == 0) {
    if (initial_values_.size() >= nodes_with_values_max * size) return true;
    if (initial_values_.empty()) initial_values_.resize(1);
    n.initial_values = static_cast<std::uint32_t>(initial_values_.size());
    initial_values_.resize(initial_values_.size() + size);
  }
  Value* const values = initial_values_.data() + n.initial_values;
  for (VariableId id = 0; id < variable_count_; ++id) {
    const Value value = look_(variables_[id].address, variables_[id].bytes);
    if (id < values[0] && values[1 + id] != value) return false;
    values[1 + id] = value;
  }
  values[0] = variable_count_;
  return true;
}

void Memo::end_stretch() {
  open_ = false;
  read_count_ = written_count_ = 0;
  ++stretch_;
}

bool Memo::arrive(ThreadId thread, Id& node, const Operation& op, bool returns) {
  struct End {
    ~End() { memo.end_stretch(); }
    Memo& memo;
  } end{*this};
  if (op.kind == OperationKind::spawn && thread != 0) {
    switch_off();
    return true;
  }
  if (node == none || conflict_) return true;
  if (!follow_reads(node, open_ ? open_at_ : read_count_, !open_)) return false;
  if (node == none) return true;
  Node& n = at(node);
  if (open_ && !n.alone && !n.open) {
    // Histories that follow were taken for functions of the answers.
    if (n.known || n.variable != no_variable) conflict_ = true;
    n.open = true;
  }
  if (!n.open && !follow_writes(n)) return false;
  if (n.alone && op.kind == OperationKind::spawn && shares() && !note_initial_values(n)) return false;
  if (n.known) return n.open || is_same(n.operation, op);
  n.known = true;
  n.recallable = is_plain(thread, op);
  n.returns = returns;
  n.watched = op.state != nullptr;
  n.operation = op;
  n.operation.state = nullptr;
  return true;
}

bool Memo::note_state(Id node, const Operation& op, const kernel::Fingerprint& state) {
  if (node == none || !state.lasts) return true;
  Node& n = at(node);
  if (!n.known || n.open) return true;
  if (n.has_state) return n.state == state.value && n.operation.touched == op.touched;
  n.has_state = true;
  n.state = state.value;
  return n.operation.touched == op.touched;
}

bool Memo::wants_run() {
  if (++asked_ % run_every_ != 0) return false;
  if (++compared_ % runs_as_often == 0 && run_every_ < run_every_max) run_every_ *= 2;
  return true;
}

void Memo::count_run() {
  ++run_;
  if (run_ >= runs_on_trial && recalled_ * runs_worth_one_recalled < run_) switch_off();
}

void Memo::settle() {
  end_stretch();
  if (!conflict_) return;
  conflict_ = false;
  if (++conflicts_ > conflicts_max) {
    switch_off();
  } else {
    forget();
  }
}

void Memo::forget() {
  base_ += count_;
  count_ = 0;
  std::ranges::fill(answered_, none);
  writes_.clear();
  initial_values_.clear();
}

}  // namespace heddle::explore
