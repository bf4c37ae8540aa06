#include "tests/oracle/generate.hpp"

#include <algorithm>
#include <initializer_list>
#include <random>
#include <string>
#include <utility>

namespace heddle::oracle {
namespace {

constexpr std::uint64_t judgements_max = 3'000;
constexpr std::size_t operations_max = 12;

// The standard's distributions differ between libraries; remainders of the engine, whose output is specified,
// do not.
class Dice {
 public:
  Dice(std::uint64_t seed, std::uint64_t index) {
    std::seed_seq sequence{seed, seed >> 32, index, index >> 32};
    engine_.seed(sequence);
  }

  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(engine_() % bound); }
  std::size_t between(std::size_t low, std::size_t high) { return low + below(high - low + 1); }
  bool percent(std::size_t chance) { return below(100) < chance; }

  template <class T>
  T any_of(std::initializer_list<T> choices) {
    return choices.begin()[below(choices.size())];
  }

 private:
  std::mt19937_64 engine_;
};

// Most orders drawn from the whole range would synchronise everything with everything; a program leans one
// way.
enum class Flavour { relaxed, synchronising, sequential, any };

class Generator {
 public:
  Generator(std::uint64_t seed, std::uint64_t index) : dice_(seed, index) {}

  Program program() {
    flavour_ = dice_.any_of({Flavour::relaxed, Flavour::synchronising, Flavour::sequential, Flavour::any});
    with_branches_ = dice_.percent(50);
    const bool with_data = dice_.percent(33);
    data_may_be_atomic_ = with_data && dice_.percent(15);

    const std::size_t atomics = dice_.between(1, 3);
    program_ = {};
    if (with_data) program_.locations.push_back({"d", false, 0});
    first_atomic_ = program_.locations.size();
    for (std::size_t i = 0; i < atomics; ++i) {
      program_.locations.push_back({std::string(1, "xyz"[i]), true, dice_.percent(90) ? 0 : 1});
    }

    const std::size_t threads = dice_.any_of<std::size_t>({2, 2, 2, 3, 3, 3, 4});
    std::size_t left = operations_max;
    for (std::size_t id = 0; id < threads; ++id) {
      const std::size_t others = threads - id - 1;
      const std::size_t length = std::min(dice_.between(1, 5), left - others);
      program_.threads.push_back(thread(id, length));
      left -= length;
    }
    return std::move(program_);
  }

 private:
  Thread thread(std::size_t id, std::size_t length) {
    thread_ = {};
    left_ = length;
    if (first_atomic_ == 1 && left_ >= 2 && dice_.percent(60)) {
      if (id == 0) {
        publish(thread_.body);
      } else {
        subscribe(thread_.body);
      }
    }
    while (left_ > 0) random_operation(thread_.body, 0);
    return std::move(thread_);
  }

  // Random plain accesses nearly always race; these two idioms give race-free ones a chance.
  void publish(Block& block) {
    block.push_back({Store{0, Order::na, constant(1, 2)}});
    block.push_back(
        {Store{1, dice_.any_of({Order::rel, Order::rel, Order::sc, Order::rlx}), constant(1, 1)}});
    left_ -= 2;
  }

  void subscribe(Block& block) {
    const std::size_t flag = new_register();
    block.push_back({Load{1, dice_.any_of({Order::acq, Order::acq, Order::sc, Order::rlx}), flag}});
    If branch{flag, true, 1, {}, {}};
    --left_;
    plain_access(branch.then_block);
    block.push_back({std::move(branch)});
  }

  void random_operation(Block& block, std::size_t depth) {
    const bool can_branch = with_branches_ && depth < 2 && !thread_.registers.empty();
    const std::size_t roll = dice_.below(100);
    if (can_branch && roll < 25) {
      random_branch(block, depth);
    } else if (first_atomic_ == 1 && roll < 35) {
      plain_access(block);
    } else {
      atomic_operation(block);
    }
  }

  void random_branch(Block& block, std::size_t depth) {
    If branch{dice_.below(thread_.registers.size()), dice_.percent(70), value(0, 2), {}, {}};
    random_operation(branch.then_block, depth + 1);
    if (left_ > 0 && dice_.percent(30)) random_operation(branch.then_block, depth + 1);
    if (left_ > 0 && dice_.percent(30)) random_operation(branch.else_block, depth + 1);
    block.push_back({std::move(branch)});
  }

  void plain_access(Block& block) {
    if (dice_.percent(50)) {
      block.push_back({Store{0, Order::na, expression()}});
    } else {
      block.push_back({Load{0, Order::na, new_register()}});
    }
    --left_;
  }

  void atomic_operation(Block& block) {
    --left_;
    const std::size_t roll = dice_.below(100);
    if (roll < 33) {
      block.push_back({Store{atomic_location(), store_order(), expression()}});
    } else if (roll < 66) {
      const Order order = load_order();
      block.push_back({Load{atomic_location(), order, new_register()}});
    } else if (roll < 80) {
      const Expression operand = expression();
      const RmwKind kind = dice_.any_of({RmwKind::xchg, RmwKind::xchg, RmwKind::add, RmwKind::add,
                                         RmwKind::sub, RmwKind::bit_or, RmwKind::bit_xor, RmwKind::bit_and});
      const Order order = rmw_order();
      block.push_back({Rmw{kind, atomic_location(), order, operand, new_register()}});
    } else if (roll < 90) {
      const Expression desired = expression();
      const Value expected = value(0, 2);
      const Order success = rmw_order();
      const Order failure = load_order();
      const std::size_t reg = new_register();
      block.push_back(
          {Cas{atomic_location(), expected, desired, success, failure, reg, new_register(expected)}});
    } else {
      block.push_back({Fence{fence_order()}});
    }
  }

  Order load_order() { return order({Order::rlx, Order::acq, Order::sc}, Order::acq); }
  Order store_order() { return order({Order::rlx, Order::rel, Order::sc}, Order::rel); }
  Order rmw_order() {
    return order({Order::rlx, Order::acq, Order::rel, Order::acq_rel, Order::sc}, Order::acq_rel);
  }

  Order fence_order() {
    if (flavour_ == Flavour::relaxed || flavour_ == Flavour::sequential) {
      return dice_.any_of({Order::sc, Order::sc, Order::acq, Order::rel, Order::acq_rel});
    }
    return dice_.any_of({Order::acq, Order::rel, Order::acq_rel, Order::sc});
  }

  Order order(std::initializer_list<Order> all, Order synchronising) {
    if (flavour_ == Flavour::any || dice_.percent(25)) return dice_.any_of(all);
    if (flavour_ == Flavour::relaxed) return Order::rlx;
    return flavour_ == Flavour::sequential ? Order::sc : synchronising;
  }

  std::size_t atomic_location() {
    if (data_may_be_atomic_ && dice_.percent(25)) return 0;
    return dice_.between(first_atomic_, program_.locations.size() - 1);
  }

  Expression expression() {
    if (thread_.registers.empty() || dice_.percent(80)) return constant(1, 3);
    const std::size_t reg = dice_.below(thread_.registers.size());
    return {reg, dice_.percent(30), value(0, 2)};
  }

  Expression constant(std::size_t low, std::size_t high) { return {std::nullopt, false, value(low, high)}; }
  Value value(std::size_t low, std::size_t high) { return static_cast<Value>(dice_.between(low, high)); }

  std::size_t new_register(Value initial = 0) {
    std::string name = "r";
    name += std::to_string(thread_.registers.size());
    thread_.registers.push_back(std::move(name));
    thread_.initial_registers.push_back(initial);
    return thread_.registers.size() - 1;
  }

  Dice dice_;
  Flavour flavour_ = Flavour::any;
  bool with_branches_ = false;
  bool data_may_be_atomic_ = false;
  std::size_t first_atomic_ = 0;
  Program program_;
  Thread thread_;
  std::size_t left_ = 0;  // operations the thread may still get
};

}  // namespace

GeneratedProgram generate(std::uint64_t seed, std::uint64_t index, const Model& model) {
  Generator generator(seed, index);
  while (true) {
    Program program = generator.program();
    program.name = "random." + std::to_string(seed) + "." + std::to_string(index);
    program.family = "random";
    try {
      Outcome outcome = enumerate(program, model, {Pruning::prefixes, judgements_max});
      return {std::move(program), std::move(outcome)};
    } catch (const TooLarge&) {
      continue;
    }
  }
}

}  // namespace heddle::oracle
