// Random operations of one thread of a random program.
#pragma once

#include <cstddef>
#include <utility>

#include "tests/oracle/dice.hpp"
#include "tests/oracle/program.hpp"

namespace heddle::oracle {

// Orders drawn evenly would synchronise nearly everything with everything; a program leans one way.
enum class Flavour { relaxed, synchronising, sequential, any };

// What the threads of one program have in common.
struct Surroundings {
  Flavour flavour = Flavour::any;
  bool branches = false;          // an if may occur
  bool plain_data = false;        // location 0 is non-atomic
  bool atomic_use_of_it = false;  // and atomic accesses go there too
  std::size_t locations = 1;

  std::size_t first_atomic() const { return plain_data ? 1 : 0; }
};

class RandomThread {
 public:
  RandomThread(Dice& dice, const Surroundings& surroundings) : dice_(dice), surroundings_(surroundings) {}

  Thread finish() { return std::move(thread_); }

  // Appends one to `count` operations; more than one where they make an if.
  void anything(std::size_t& count) { anything(thread_.body, count, 0); }

  void load(std::size_t location);
  void store(std::size_t location, Value value);
  // A read-modify-write that leaves `value` where it can: an exchange or a compare-exchange.
  void exchange(std::size_t location, Value value);
  void fence();

  // Writes plain data, then a flag; or reads the flag, and accesses the data if it is set. Random plain
  // accesses nearly always race; these give race-free ones a chance.
  void publish();
  void subscribe();

 private:
  void anything(Block& block, std::size_t& count, std::size_t depth);
  void branch(Block& block, std::size_t& count, std::size_t depth);
  void plain_access(Block& block);
  void atomic_operation(Block& block);

  Order load_order() { return order({Order::rlx, Order::acq, Order::sc}, Order::acq); }
  Order store_order() { return order({Order::rlx, Order::rel, Order::sc}, Order::rel); }
  Order rmw_order() {
    return order({Order::rlx, Order::acq, Order::rel, Order::acq_rel, Order::sc}, Order::acq_rel);
  }
  Order order(std::initializer_list<Order> all, Order synchronising);
  Fence random_fence();
  Cas random_cas(std::size_t location, Expression desired);

  std::size_t atomic_location();
  Expression expression();
  Value value(std::size_t low, std::size_t high) { return static_cast<Value>(dice_.between(low, high)); }
  std::size_t new_register(Value initial = 0);

  Dice& dice_;
  const Surroundings& surroundings_;
  Thread thread_;
};

}  // namespace heddle::oracle
