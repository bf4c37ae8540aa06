#include "checker/litmus/interpreter.hpp"

namespace heddle::litmus {

using explore::Ending;
using explore::Move;
using kernel::Answer;
using kernel::EventIndex;
using kernel::LocationId;
using kernel::Operation;
using kernel::OperationKind;
using kernel::ThreadId;

Interpreter::Interpreter(const Program& program) : program_(program) {
  threads_.resize(program.threads.size());
  accesses_.resize(program.locations.size());
  observed_.resize(program.locations.size());
  for (const Program::Column& column : program.columns) {
    if (column.thread < 0) observed_[static_cast<std::size_t>(column.index)] = true;
  }
  for (const auto& code : program.threads) {
    for (const Instruction& i : code) {
      if (i.kind == Instruction::Kind::plain_load) observed_[static_cast<std::size_t>(i.location)] = true;
    }
  }
}

// Exit locations come first, then every incarnation of every location.
LocationId Interpreter::location_id(int location) const {
  const auto i = static_cast<std::size_t>(location);
  return static_cast<LocationId>(threads_.size() + i + incarnation_[i] * program_.locations.size());
}

std::int64_t Interpreter::operand_of(const Thread& t, const Instruction& i) const {
  if (i.operand_register < 0 || !i.operand_uses_value) return i.operand;
  return i.operand + t.registers[static_cast<std::size_t>(i.operand_register)];
}

void Interpreter::access(ThreadId t, int location, bool write, bool atomic, EventIndex epoch,
                         const EventIndex* clock) {
  auto& list = accesses_[static_cast<std::size_t>(location)];
  for (const Access& a : list) {
    if (a.thread == t || (!a.write && !write) || (a.atomic && atomic)) continue;
    if (a.epoch >= clock[a.thread]) raced_ = true;
  }
  list.push_back({t, epoch, write, atomic});
}

// Runs the thread up to its next kernel operation, which it leaves in `operation`.
bool Interpreter::next_operation(ThreadId t, explore::Explorer& explorer) {
  Thread& thread = threads_[t];
  const auto& code = program_.threads[t];
  Operation& op = thread.operation;
  op = {};
  if (t == 0 && thread.spawning) {
    op.kind = OperationKind::spawn;
    op.symmetric = thread.spawned > 0 && program_.alike(thread.spawned, thread.spawned + 1);
    return true;
  }
  for (; thread.pc < code.size(); ++thread.pc) {
    const Instruction& i = code[thread.pc];
    const auto x = static_cast<std::size_t>(i.location < 0 ? 0 : i.location);
    switch (i.kind) {
      case Instruction::Kind::branch: {
        const bool equal = thread.registers[static_cast<std::size_t>(i.result)] == i.expected;
        if (equal != i.branch_if_equal) thread.pc = static_cast<std::size_t>(i.target) - 1;
        continue;
      }
      case Instruction::Kind::jump:
        thread.pc = static_cast<std::size_t>(i.target) - 1;
        continue;
      case Instruction::Kind::plain_load:
        access(t, i.location, false, false, explorer.now(t), explorer.clock(t));
        thread.registers[static_cast<std::size_t>(i.result)] = memory_[x];
        continue;
      case Instruction::Kind::plain_store:
        access(t, i.location, true, false, explorer.now(t), explorer.clock(t));
        memory_[x] = base_[x] = operand_of(thread, i);
        ++incarnation_[x];
        continue;
      case Instruction::Kind::fence:
        op.kind = OperationKind::fence;
        op.order = i.order;
        return true;
      case Instruction::Kind::load:
        op.kind = OperationKind::load;
        break;
      case Instruction::Kind::store:
        op.kind = OperationKind::store;
        break;
      case Instruction::Kind::rmw:
      case Instruction::Kind::compare_exchange:
        op.kind = OperationKind::rmw;
        break;
    }
    op.order = i.order;
    op.failure_order = i.failure_order;
    op.location = location_id(i.location);
    op.initial = static_cast<kernel::Value>(base_[x]);
    op.operand = static_cast<kernel::Value>(operand_of(thread, i));
    op.expected = static_cast<kernel::Value>(i.expected);
    op.update = i.update;
    if (i.kind == Instruction::Kind::rmw && i.result < 0 && !has_acquire(i.order)) op.commutes = i.commutes;
    op.observed = observed_[x];
    return true;
  }
  op.kind = OperationKind::exit;
  op.order = kernel::Order::release;
  op.location = t;
  op.operand = 1;
  return true;
}

void Interpreter::take_answer(ThreadId t, const Answer& answer, explore::Explorer& explorer) {
  Thread& thread = threads_[t];
  const Operation& op = thread.operation;
  if (op.kind == OperationKind::spawn) {
    thread.spawned = static_cast<std::size_t>(answer.value);
    thread.spawning = thread.spawned + 1 < threads_.size();
    return;
  }
  const Instruction& i = program_.threads[t][thread.pc++];
  if (i.kind == Instruction::Kind::fence) return;
  const auto value = static_cast<std::int64_t>(answer.value);
  const auto x = static_cast<std::size_t>(i.location);
  bool writes = op.kind == OperationKind::store;
  EventIndex events = 1;
  if (op.kind == OperationKind::rmw) {
    const kernel::Updated updated = op.update(answer.value, op.operand, op.expected);
    writes = updated.writes;
    if (writes) events = 2;
    if (writes && answer.mo_last) memory_[x] = static_cast<std::int64_t>(updated.value);
    if (i.kind == Instruction::Kind::compare_exchange) {
      if (i.result >= 0) thread.registers[static_cast<std::size_t>(i.result)] = writes ? 1 : 0;
      if (i.old_result >= 0)
        thread.registers[static_cast<std::size_t>(i.old_result)] = writes ? i.expected : value;
    } else if (i.result >= 0) {
      thread.registers[static_cast<std::size_t>(i.result)] = value;
    }
  } else if (op.kind == OperationKind::load) {
    thread.registers[static_cast<std::size_t>(i.result)] = value;
  } else if (answer.mo_last) {
    memory_[x] = static_cast<std::int64_t>(op.operand);
  }
  access(t, i.location, writes, true, explorer.now(t) - events, explorer.clock(t));
}

Ending Interpreter::run(explore::Explorer& explorer) {
  raced_ = false;
  memory_ = program_.initial;
  base_ = program_.initial;
  incarnation_.assign(program_.locations.size(), 0);
  for (auto& list : accesses_) list.clear();
  for (std::size_t t = 0; t < threads_.size(); ++t) {
    Thread& thread = threads_[t];
    thread.pc = 0;
    thread.spawning = t == 0 && threads_.size() > 1;
    thread.spawned = 0;
    thread.registers.assign(static_cast<std::size_t>(program_.registers[t]), 0);
    for (const auto& [index, value] : program_.register_initial[t])
      thread.registers[static_cast<std::size_t>(index)] = value;
  }
  Move move{0, {}, true, Ending::none};
  while (move.ending == Ending::none) {
    const ThreadId t = move.thread;
    if (!move.starts) take_answer(t, move.answer, explorer);
    if (raced_) {
      explorer.end_execution(Ending::failed);
      return Ending::failed;
    }
    next_operation(t, explorer);
    if (raced_) {
      explorer.end_execution(Ending::failed);
      return Ending::failed;
    }
    move = explorer.arrive(t, threads_[t].operation);
  }
  explorer.end_execution(move.ending);
  state_.clear();
  for (const auto& column : program_.columns) {
    state_.push_back(column.thread < 0 ? memory_[static_cast<std::size_t>(column.index)]
                                       : threads_[static_cast<std::size_t>(column.thread)]
                                             .registers[static_cast<std::size_t>(column.index)]);
  }
  return move.ending;
}

}  // namespace heddle::litmus
