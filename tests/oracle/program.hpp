// A litmus program: a few threads of atomic and plain accesses to a few locations. The JSON form is described
// in tests/litmus/vectors/README.md; names are interned here (locations and registers are indices).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace heddle::oracle {

using Value = std::int64_t;

enum class Order { na, rlx, acq, rel, acq_rel, sc };

// constant | register + constant | (register ^ register) + constant, the last being a false dependency.
struct Expression {
  std::optional<std::size_t> reg;
  bool false_dependency = false;
  Value constant = 0;
};

struct Load {
  std::size_t location;
  Order order;
  std::size_t reg;
};

struct Store {
  std::size_t location;
  Order order;
  Expression value;
};

enum class RmwKind { xchg, add, sub, bit_or, bit_xor, bit_and };

// `reg` receives the old value, if anybody wants it.
struct Rmw {
  RmwKind kind;
  std::size_t location;
  Order order;
  Expression value;
  std::optional<std::size_t> reg;
};

// A strong compare-exchange: `reg` receives 1 or 0, `old` the value read. A failing one is a load with order
// `failure`.
struct Cas {
  std::size_t location;
  Value expected;
  Expression desired;
  Order success;
  Order failure;
  std::size_t reg;
  std::size_t old;
};

struct Fence {
  Order order;
};

struct Operation;
using Block = std::vector<Operation>;

// Runs `then_block` when (reg == value) equals `equal`, else `else_block`.
struct If {
  std::size_t reg;
  bool equal;
  Value value;
  Block then_block;
  Block else_block;
};

struct Operation {
  std::variant<Load, Store, Rmw, Cas, Fence, If> action;
};

struct Thread {
  Block body;
  // In order of first appearance. All start at 0, except a Cas's `old`, which starts at what it expects.
  std::vector<std::string> registers;
  std::vector<Value> initial_registers;
};

struct Location {
  std::string name;
  bool atomic;
  Value initial;
  bool hidden = false;  // its last value is no part of the final state
};

// A column of the final state: a register of a thread, or (thread absent) the last value of a location.
struct StateVariable {
  std::optional<std::size_t> thread;
  std::size_t index;
};

struct Program {
  std::string name;
  std::string family;
  std::vector<Location> locations;
  std::vector<Thread> threads;
  // The conjunction whose satisfying executions are counted as positive; empty means true.
  std::vector<std::pair<StateVariable, Value>> exists;
};

// All columns of a final state, in their fixed order: every thread's registers, then the locations that are
// not hidden.
std::vector<StateVariable> state_variables(const Program& program);

// "0:r1" or "x".
std::string name_of(const Program& program, StateVariable variable);

// How many operations the source text has, branches of an if included, the if itself not.
std::size_t count_operations(const Program& program);

// Whether some location has both non-atomic and atomic accesses.
bool mixes_atomic_and_plain(const Program& program);

}  // namespace heddle::oracle
