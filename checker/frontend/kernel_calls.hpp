// The kernel operations as function calls on a simulated object's location.
#pragma once

#include "checker/frontend/call.hpp"

namespace heddle::frontend {

inline kernel::Operation operation_on(const ObjectRecord& record, kernel::OperationKind kind, Order order,
                                      const CallSite& site) {
  kernel::Operation operation;
  operation.kind = kind;
  operation.order = order;
  operation.location = record.location;
  operation.initial = record.initial;
  operation.site = site;
  return operation;
}

inline Value load(const ObjectRecord& record, Order order, const CallSite& site) {
  return runtime::perform(operation_on(record, kernel::OperationKind::load, order, site)).value;
}

inline void store(const ObjectRecord& record, Value value, Order order, const CallSite& site) {
  kernel::Operation operation = operation_on(record, kernel::OperationKind::store, order, site);
  operation.operand = value;
  runtime::perform(operation);
}

// Answers the value read; `failure_order` applies when `update` declines.
inline Value modify(const ObjectRecord& record, kernel::Update update, Value operand, Order order,
                    Order failure_order, const CallSite& site) {
  kernel::Operation operation = operation_on(record, kernel::OperationKind::rmw, order, site);
  operation.failure_order = failure_order;
  operation.update = update;
  operation.operand = operand;
  return runtime::perform(operation).value;
}

// `mark` writes that the object is destroyed, or declines.
inline Value destroy_object(const ObjectRecord& record, kernel::Update mark, Order order,
                            const CallSite& site) {
  kernel::Operation operation = operation_on(record, kernel::OperationKind::rmw, order, site);
  operation.failure_order = Order::relaxed;
  operation.update = mark;
  operation.destroys = true;
  return runtime::perform(operation).value;
}

// How an await may end other than by reading an accepted value, and what it means that it does not end.
struct Patience {
  bool timed = false;
  bool daemon = false;
};

inline Answer await_load(const ObjectRecord& record, kernel::Accepts accepts, Value argument, Order order,
                         Patience patience, const CallSite& site) {
  kernel::Operation operation = operation_on(record, kernel::OperationKind::load, order, site);
  operation.accepts = accepts;
  operation.accepts_argument = argument;
  operation.timed = patience.timed;
  operation.daemon = patience.daemon;
  return runtime::perform(operation);
}

inline Answer await_modify(const ObjectRecord& record, kernel::Accepts accepts, Value argument,
                           kernel::Update update, Value operand, Order order, Patience patience,
                           const CallSite& site) {
  kernel::Operation operation = operation_on(record, kernel::OperationKind::rmw, order, site);
  operation.failure_order = Order::relaxed;
  operation.accepts = accepts;
  operation.accepts_argument = argument;
  operation.update = update;
  operation.operand = operand;
  operation.timed = patience.timed;
  operation.daemon = patience.daemon;
  return runtime::perform(operation);
}

// One of [0, alternatives).
inline Value choose(Value alternatives, const CallSite& site) {
  kernel::Operation operation;
  operation.kind = kernel::OperationKind::choose;
  operation.operand = alternatives;
  operation.site = site;
  return runtime::perform(operation).value;
}

}  // namespace heddle::frontend
