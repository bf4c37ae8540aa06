#include "tests/oracle/generate.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "tests/oracle/dice.hpp"
#include "tests/oracle/random_thread.hpp"

namespace heddle::oracle {
namespace {

constexpr std::uint64_t judgements_max = 3'000;
constexpr std::size_t operations_max = 12;
constexpr std::size_t operations_of_thread_max = 5;

Flavour any_flavour(Dice& dice) {
  return dice.any_of({Flavour::relaxed, Flavour::synchronising, Flavour::sequential, Flavour::any});
}

void add_atomics(Dice& dice, Program& program, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    program.locations.push_back({std::string(1, "wxyz"[i]), true, dice.percent(90) ? 0 : 1});
  }
}

Program unstructured(Dice& dice) {
  Surroundings around;
  around.flavour = any_flavour(dice);
  around.branches = dice.percent(50);
  around.plain_data = dice.percent(33);
  around.atomic_use_of_it = around.plain_data && dice.percent(30);

  Program program;
  if (around.plain_data) program.locations.push_back({"d", false, 0});
  add_atomics(dice, program, dice.between(1, 3));
  around.locations = program.locations.size();

  const std::size_t threads = dice.any_of<std::size_t>({2, 2, 2, 3, 3, 3, 4});
  std::size_t left = operations_max;
  for (std::size_t id = 0; id < threads; ++id) {
    const std::size_t others = threads - id - 1;
    std::size_t count = std::min(dice.between(1, operations_of_thread_max), left - others);
    left -= count;
    RandomThread thread(dice, around);
    if (around.plain_data && count >= 2 && dice.percent(60)) {
      id == 0 ? thread.publish() : thread.subscribe();
      count -= 2;
    }
    while (count > 0) thread.anything(count);
    program.threads.push_back(thread.finish());
  }
  return program;
}

// The threads form a ring; each but the writers of one store accesses the location it shares with the thread
// before it, then the one it shares with the next. (Alglave, Maranget, Tautschnig: Herding Cats, TOPLAS'14,
// section 9.)
class Ring {
 public:
  explicit Ring(Dice& dice) : dice_(dice) {}

  Program program() {
    around_.flavour = any_flavour(dice_);
    const std::size_t threads = dice_.any_of<std::size_t>({2, 2, 3, 3, 4, 4});
    std::vector<bool> moves(threads);
    std::size_t moving = 0;
    while (moving < 2) {
      for (std::size_t id = 0; id < threads; ++id) moves[id] = dice_.percent(75);
      moving = static_cast<std::size_t>(std::count(moves.begin(), moves.end(), true));
    }

    Program program;
    add_atomics(dice_, program, moving);
    around_.locations = program.locations.size();
    stores_.assign(around_.locations, 0);

    // Two loads do not conflict: a thread that begins where the one before ended with a load begins with a
    // store, and the last ends with one if the first began with a load.
    bool stored = true;
    bool first_stores = true;
    for (std::size_t id = 0; id < threads; ++id) {
      RandomThread thread(dice_, around_);
      std::size_t room = std::min(operations_of_thread_max, operations_max / threads) - (moves[id] ? 2 : 1);
      if (moves[id]) {
        sprinkle(thread, room, 10);
        const bool begins_with_store = !stored || dice_.percent(50);
        access(thread, begins_with_store, room);
        if (id == 0) first_stores = begins_with_store;
        if (room > 0 && dice_.percent(45)) {
          thread.fence();
          --room;
        }
        location_ = (location_ + 1) % around_.locations;
        stored = (id + 1 == threads && !first_stores) || dice_.percent(50);
        access(thread, stored, room);
      } else {
        access(thread, true, room);
        stored = true;
      }
      sprinkle(thread, room, 25);
      program.threads.push_back(thread.finish());
    }
    return program;
  }

 private:
  void access(RandomThread& thread, bool store, std::size_t& room) {
    if (!store) {
      thread.load(location_);
      return;
    }
    write(thread);
    if (room > 0 && dice_.percent(10)) {  // does it belong to the release sequence?
      write(thread);
      --room;
    }
  }

  void write(RandomThread& thread) {
    const Value value = ++stores_[location_];
    dice_.percent(20) ? thread.exchange(location_, value) : thread.store(location_, value);
  }

  void sprinkle(RandomThread& thread, std::size_t& room, std::size_t chance) {
    if (room > 0 && dice_.percent(chance)) thread.anything(room);
  }

  Dice& dice_;
  Surroundings around_;
  std::vector<Value> stores_;  // to each location, so far: the next one's value
  std::size_t location_ = 0;
};

void add_extra(Dice& dice, Program& program, Extra extra) {
  const bool counting = extra == Extra::counting;
  const std::size_t location = program.locations.size();
  program.locations.push_back({"h", true, 0, !counting});
  const std::size_t left_out = dice.below(std::max<std::size_t>(program.threads.size(), 3));
  const RmwKind kind = dice.any_of({RmwKind::add, RmwKind::bit_or, RmwKind::bit_xor, RmwKind::bit_and});
  for (std::size_t id = 0; id < program.threads.size(); ++id) {
    if (id == left_out && program.threads.size() > 2) continue;
    Block& body = program.threads[id].body;
    const auto place = body.begin() + static_cast<std::ptrdiff_t>(dice.below(body.size() + 1));
    const Expression value = {std::nullopt, false, static_cast<Value>(id + 1)};
    if (!counting) {
      const Order order = dice.any_of({Order::rlx, Order::rel, Order::sc, Order::sc});
      body.insert(place, {Store{location, order, value}});
    } else {
      const RmwKind sort = kind == RmwKind::add && dice.percent(30) ? RmwKind::sub : kind;
      const Order order = dice.percent(5) ? Order::acq_rel : dice.any_of({Order::rlx, Order::rel});
      body.insert(place, {Rmw{sort, location, order, value, std::nullopt}});
    }
  }
  if (!counting || dice.percent(70)) return;
  Thread& reader = program.threads[dice.below(program.threads.size())];
  reader.registers.push_back("h");
  reader.initial_registers.push_back(0);
  reader.body.push_back(
      {Load{location, dice.any_of({Order::rlx, Order::acq, Order::sc}), reader.registers.size() - 1}});
}

}  // namespace

GeneratedProgram generate(std::uint64_t seed, std::uint64_t index, const Model& model, Extra extra) {
  Dice dice(seed, index);
  while (true) {
    Program program = dice.percent(50) ? unstructured(dice) : Ring(dice).program();
    program.name = "random." + std::to_string(seed) + "." + std::to_string(index);
    program.family = "random";
    if (extra != Extra::nothing) add_extra(dice, program, extra);
    try {
      Outcome outcome = enumerate(program, model, {Pruning::prefixes, judgements_max});
      return {std::move(program), std::move(outcome)};
    } catch (const TooLarge&) {
      continue;
    }
  }
}

}  // namespace heddle::oracle
