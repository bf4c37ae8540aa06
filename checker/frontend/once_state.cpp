#include "checker/frontend/once_state.hpp"

namespace heddle::frontend::once_state {
namespace {

bool is_settled(Value value, Value) { return value != running; }
kernel::Updated start(Value old, Value, Value) { return {running, old == fresh}; }

}  // namespace

bool begin(ObjectRecord& record, const CallSite& site) {
  wait_for_lock(record, false, site);
  kernel::Operation operation = operation_on(record, kernel::OperationKind::rmw, Order::acquire, site);
  operation.failure_order = Order::acquire;
  operation.accepts = is_settled;
  operation.update = start;
  const Value old = runtime::perform(operation).value;
  stop_waiting();
  if (old == done) return false;
  record.state[owner_word] = runtime::self() + 1U;
  return true;
}

void finish(ObjectRecord& record, Value result, const CallSite& site) {
  record.state[owner_word] = 0;
  store(record, result, Order::release, site);
}

}  // namespace heddle::frontend::once_state
