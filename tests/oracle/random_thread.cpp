#include "tests/oracle/random_thread.hpp"

#include <string>

namespace heddle::oracle {
namespace {

Expression constant(Value value) { return {std::nullopt, false, value}; }

}  // namespace

void RandomThread::load(std::size_t location) {
  const Order order = load_order();
  thread_.body.push_back({Load{location, order, new_register()}});
}

void RandomThread::store(std::size_t location, Value value) {
  thread_.body.push_back({Store{location, store_order(), constant(value)}});
}

void RandomThread::exchange(std::size_t location, Value value) {
  if (dice_.percent(40)) {
    thread_.body.push_back({random_cas(location, constant(value))});
  } else {
    const Order order = rmw_order();
    thread_.body.push_back({Rmw{RmwKind::xchg, location, order, constant(value), new_register()}});
  }
}

void RandomThread::fence() { thread_.body.push_back({random_fence()}); }

void RandomThread::publish() {
  thread_.body.push_back({Store{0, Order::na, constant(value(1, 2))}});
  const Order order = dice_.any_of({Order::rel, Order::rel, Order::sc, Order::rlx});
  thread_.body.push_back({Store{1, order, constant(1)}});
}

void RandomThread::subscribe() {
  const std::size_t flag = new_register();
  thread_.body.push_back({Load{1, dice_.any_of({Order::acq, Order::acq, Order::sc, Order::rlx}), flag}});
  If guarded{flag, true, 1, {}, {}};
  plain_access(guarded.then_block);
  thread_.body.push_back({std::move(guarded)});
}

void RandomThread::anything(Block& block, std::size_t& count, std::size_t depth) {
  const std::size_t roll = dice_.below(100);
  if (surroundings_.branches && depth < 2 && !thread_.registers.empty() && roll < 25) {
    branch(block, count, depth);
    return;
  }
  --count;
  if (surroundings_.plain_data && roll < 35) {
    plain_access(block);
  } else {
    atomic_operation(block);
  }
}

void RandomThread::branch(Block& block, std::size_t& count, std::size_t depth) {
  If made{dice_.below(thread_.registers.size()), dice_.percent(70), value(0, 2), {}, {}};
  anything(made.then_block, count, depth + 1);
  if (count > 0 && dice_.percent(30)) anything(made.then_block, count, depth + 1);
  if (count > 0 && dice_.percent(30)) anything(made.else_block, count, depth + 1);
  block.push_back({std::move(made)});
}

void RandomThread::plain_access(Block& block) {
  if (dice_.percent(50)) {
    block.push_back({Store{0, Order::na, expression()}});
  } else {
    block.push_back({Load{0, Order::na, new_register()}});
  }
}

void RandomThread::atomic_operation(Block& block) {
  const std::size_t roll = dice_.below(100);
  if (roll < 33) {
    block.push_back({Store{atomic_location(), store_order(), expression()}});
  } else if (roll < 66) {
    const Order order = load_order();
    block.push_back({Load{atomic_location(), order, new_register()}});
  } else if (roll < 80) {
    const RmwKind kind = dice_.any_of({RmwKind::xchg, RmwKind::xchg, RmwKind::add, RmwKind::add, RmwKind::sub,
                                       RmwKind::bit_or, RmwKind::bit_xor, RmwKind::bit_and});
    const Expression operand = expression();
    const Order order = rmw_order();
    block.push_back({Rmw{kind, atomic_location(), order, operand, new_register()}});
  } else if (roll < 90) {
    const Expression desired = expression();
    block.push_back({random_cas(atomic_location(), desired)});
  } else {
    block.push_back({random_fence()});
  }
}

Cas RandomThread::random_cas(std::size_t location, Expression desired) {
  const Value expected = value(0, 2);
  const Order success = rmw_order();
  const Order failure = load_order();
  const std::size_t reg = new_register();
  return {location, expected, desired, success, failure, reg, new_register(expected)};
}

Fence RandomThread::random_fence() {
  if (dice_.percent(40)) return {Order::sc};
  return {dice_.any_of({Order::acq, Order::rel, Order::acq_rel, Order::sc})};
}

Order RandomThread::order(std::initializer_list<Order> all, Order synchronising) {
  if (surroundings_.flavour == Flavour::any || dice_.percent(25)) return dice_.any_of(all);
  if (surroundings_.flavour == Flavour::relaxed) return Order::rlx;
  return surroundings_.flavour == Flavour::sequential ? Order::sc : synchronising;
}

std::size_t RandomThread::atomic_location() {
  if (surroundings_.atomic_use_of_it && dice_.percent(25)) return 0;
  return dice_.between(surroundings_.first_atomic(), surroundings_.locations - 1);
}

Expression RandomThread::expression() {
  if (thread_.registers.empty() || dice_.percent(80)) return constant(value(1, 3));
  const std::size_t reg = dice_.below(thread_.registers.size());
  return {reg, dice_.percent(30), value(0, 2)};
}

std::size_t RandomThread::new_register(Value initial) {
  std::string name = "r";
  name += std::to_string(thread_.registers.size());
  thread_.registers.push_back(std::move(name));
  thread_.initial_registers.push_back(initial);
  return thread_.registers.size() - 1;
}

}  // namespace heddle::oracle
