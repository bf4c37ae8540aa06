#include "tests/oracle/interpret.hpp"

#include <algorithm>
#include <stdexcept>

namespace heddle::oracle {
namespace {

// An rmw of a given order is a read and a write of these orders.
Order read_order(Order order) {
  switch (order) {
    case Order::acq_rel:
    case Order::acq:
      return Order::acq;
    case Order::sc:
      return Order::sc;
    default:
      return Order::rlx;
  }
}

Order write_order(Order order) {
  switch (order) {
    case Order::acq_rel:
    case Order::rel:
      return Order::rel;
    case Order::sc:
      return Order::sc;
    default:
      return Order::rlx;
  }
}

Value apply(RmwKind kind, Value old, Value operand) {
  switch (kind) {
    case RmwKind::xchg:
      return operand;
    case RmwKind::add:
      return old + operand;
    case RmwKind::sub:
      return old - operand;
    case RmwKind::bit_or:
      return old | operand;
    case RmwKind::bit_xor:
      return old ^ operand;
    case RmwKind::bit_and:
      return old & operand;
  }
  throw std::logic_error("unknown rmw");
}

}  // namespace

ThreadRun::ThreadRun(const Thread& thread, std::size_t id) : id_(id), registers_(thread.initial_registers) {
  frames_.push_back({&thread.body, 0});
  run_to_next_read();
}

std::optional<std::size_t> ThreadRun::pending_read() const {
  if (frames_.empty()) return std::nullopt;
  const auto& action = (*frames_.back().block)[frames_.back().next].action;
  if (const auto* load = std::get_if<Load>(&action)) return load->location;
  if (const auto* rmw = std::get_if<Rmw>(&action)) return rmw->location;
  return std::get<Cas>(action).location;
}

bool ThreadRun::pending_is_locked() const {
  return !std::holds_alternative<Load>((*frames_.back().block)[frames_.back().next].action);
}

bool ThreadRun::reads_to_modify(std::size_t event) const {
  return std::find(modifying_reads_.begin(), modifying_reads_.end(), event) != modifying_reads_.end();
}

void ThreadRun::emit(EventKind kind, Order order, std::size_t location, Value value, bool locked) {
  events_.push_back({id_, kind, order, location, value, locked});
}

Value ThreadRun::evaluate(const Expression& expression) const {
  if (!expression.reg || expression.false_dependency) return expression.constant;
  return registers_[*expression.reg] + expression.constant;
}

void ThreadRun::read(EventName source, Value value) {
  const auto& action = (*frames_.back().block)[frames_.back().next++].action;
  sources_.push_back(source);
  if (const auto* load = std::get_if<Load>(&action)) {
    emit(EventKind::read, load->order, load->location, value);
    registers_[load->reg] = value;
  } else if (const auto* rmw = std::get_if<Rmw>(&action)) {
    const Value written = apply(rmw->kind, value, evaluate(rmw->value));
    modifying_reads_.push_back(events_.size());
    emit(EventKind::read, read_order(rmw->order), rmw->location, value, true);
    emit(EventKind::write, write_order(rmw->order), rmw->location, written, true);
    if (rmw->reg) registers_[*rmw->reg] = value;
  } else {
    const auto& cas = std::get<Cas>(action);
    if (value == cas.expected) {
      const Value written = evaluate(cas.desired);
      modifying_reads_.push_back(events_.size());
      emit(EventKind::read, read_order(cas.success), cas.location, value, true);
      emit(EventKind::write, write_order(cas.success), cas.location, written, true);
    } else {
      emit(EventKind::read, read_order(cas.failure), cas.location, value, true);
    }
    registers_[cas.reg] = value == cas.expected ? 1 : 0;
    registers_[cas.old] = value;
  }
  run_to_next_read();
}

void ThreadRun::run_to_next_read() {
  while (!frames_.empty()) {
    Frame& frame = frames_.back();
    if (frame.next == frame.block->size()) {
      frames_.pop_back();
      continue;
    }
    const auto& action = (*frame.block)[frame.next].action;
    if (const auto* store = std::get_if<Store>(&action)) {
      emit(EventKind::write, store->order, store->location, evaluate(store->value));
      ++frame.next;
    } else if (const auto* fence = std::get_if<Fence>(&action)) {
      emit(EventKind::fence, fence->order, 0, 0);
      ++frame.next;
    } else if (const auto* branch = std::get_if<If>(&action)) {
      const bool taken = (registers_[branch->reg] == branch->value) == branch->equal;
      ++frame.next;
      frames_.push_back({taken ? &branch->then_block : &branch->else_block, 0});
    } else {
      return;
    }
  }
}

}  // namespace heddle::oracle
