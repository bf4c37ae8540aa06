#include "stress/litmus/native_run.hpp"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <functional>
#include <thread>

namespace heddle::stress {
namespace {

using kernel::Order;
using litmus::Instruction;
using litmus::Program;

constexpr std::size_t cache_line = 64;
constexpr std::size_t batch = 2048;  // instances; a power of two, so that every odd stride is a permutation
constexpr std::uint64_t delay_max = 64;
// Without an answer for so long the other thread is not running: the rest of the batch goes without meetings.
constexpr int spins_max = 20'000;

struct alignas(cache_line) Cell {
  std::atomic<std::int64_t> value;
};
struct alignas(cache_line) Gate {
  std::atomic<std::uint32_t> arrived;
};

std::uint64_t next(std::uint64_t& state) {  // splitmix64
  state += 0x9e3779b97f4a7c15ULL;
  std::uint64_t z = state;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
  return z ^ z >> 31;
}

std::memory_order std_order(Order order) {
  switch (order) {
    case Order::relaxed:
      return std::memory_order_relaxed;
    case Order::acquire:
      return std::memory_order_acquire;
    case Order::release:
      return std::memory_order_release;
    case Order::acq_rel:
      return std::memory_order_acq_rel;
    default:
      return std::memory_order_seq_cst;
  }
}

// An order chosen at run time costs the compiler's choice of the strongest: each is an instruction of its own
// here.
std::int64_t load(const std::atomic<std::int64_t>& x, Order order) {
  switch (order) {
    case Order::relaxed:
      return x.load(std::memory_order_relaxed);
    case Order::acquire:
      return x.load(std::memory_order_acquire);
    default:
      return x.load(std::memory_order_seq_cst);
  }
}

void store(std::atomic<std::int64_t>& x, std::int64_t value, Order order) {
  switch (order) {
    case Order::relaxed:
      return x.store(value, std::memory_order_relaxed);
    case Order::release:
      return x.store(value, std::memory_order_release);
    default:
      return x.store(value, std::memory_order_seq_cst);
  }
}

void fence(Order order) {
  switch (order) {
    case Order::acquire:
      return std::atomic_thread_fence(std::memory_order_acquire);
    case Order::release:
      return std::atomic_thread_fence(std::memory_order_release);
    case Order::acq_rel:
      return std::atomic_thread_fence(std::memory_order_acq_rel);
    default:
      return std::atomic_thread_fence(std::memory_order_seq_cst);
  }
}

bool compare_exchange(std::atomic<std::int64_t>& x, std::int64_t& expected, std::int64_t desired, Order order,
                      Order failure) {
  return x.compare_exchange_strong(expected, desired, std_order(order), std_order(failure));
}

// One thread's part of one instance.
void execute(const std::vector<Instruction>& code, Cell* cells, std::int64_t* registers) {
  for (std::size_t pc = 0; pc < code.size(); ++pc) {
    const Instruction& i = code[pc];
    const auto operand = [&] {
      return i.operand_register < 0 || !i.operand_uses_value ? i.operand
                                                             : i.operand + registers[i.operand_register];
    };
    switch (i.kind) {
      case Instruction::Kind::load:
        registers[i.result] = load(cells[i.location].value, i.order);
        break;
      case Instruction::Kind::store:
        store(cells[i.location].value, operand(), i.order);
        break;
      case Instruction::Kind::plain_load:
        registers[i.result] = load(cells[i.location].value, Order::relaxed);
        break;
      case Instruction::Kind::plain_store:
        store(cells[i.location].value, operand(), Order::relaxed);
        break;
      case Instruction::Kind::rmw: {
        auto& x = cells[i.location].value;
        std::int64_t old = x.load(std::memory_order_relaxed);
        const std::int64_t argument = operand();
        for (;;) {
          const kernel::Updated updated =
              i.update(static_cast<kernel::Value>(old), static_cast<kernel::Value>(argument), 0);
          if (compare_exchange(x, old, static_cast<std::int64_t>(updated.value), i.order, Order::relaxed))
            break;
        }
        if (i.result >= 0) registers[i.result] = old;
        break;
      }
      case Instruction::Kind::compare_exchange: {
        std::int64_t expected = i.expected;
        const bool done =
            compare_exchange(cells[i.location].value, expected, operand(), i.order, i.failure_order);
        if (i.result >= 0) registers[i.result] = done ? 1 : 0;
        if (i.old_result >= 0) registers[i.old_result] = expected;
        break;
      }
      case Instruction::Kind::fence:
        fence(i.order);
        break;
      case Instruction::Kind::branch:
        if ((registers[i.result] == i.expected) != i.branch_if_equal)
          pc = static_cast<std::size_t>(i.target) - 1;
        break;
      case Instruction::Kind::jump:
        pc = static_cast<std::size_t>(i.target) - 1;
        break;
    }
  }
}

// What a batch of instances works on.
struct Arena {
  std::vector<Cell> cells;                           // [instance][location]
  std::vector<Gate> gates;                           // [instance]
  std::vector<std::vector<std::int64_t>> registers;  // [thread][instance][register]

  explicit Arena(const Program& program)
      : cells(batch * program.locations.size()), gates(batch), registers(program.threads.size()) {
    for (std::size_t t = 0; t < registers.size(); ++t) {
      registers[t].resize(batch * static_cast<std::size_t>(program.registers[t]));
    }
  }

  void reset(const Program& program) {
    const std::size_t locations = program.locations.size();
    for (std::size_t n = 0; n < batch; ++n) {
      for (std::size_t x = 0; x < locations; ++x) {
        cells[n * locations + x].value.store(program.initial[x], std::memory_order_relaxed);
      }
      gates[n].arrived.store(0, std::memory_order_relaxed);
    }
    for (std::size_t t = 0; t < registers.size(); ++t) {
      std::fill(registers[t].begin(), registers[t].end(), 0);
      const auto width = static_cast<std::size_t>(program.registers[t]);
      for (const auto& [index, value] : program.register_initial[t]) {
        for (std::size_t n = 0; n < batch; ++n)
          registers[t][n * width + static_cast<std::size_t>(index)] = value;
      }
    }
  }
};

// False: the others did not come.
bool meet(Gate& gate, std::uint32_t threads) {
  gate.arrived.fetch_add(1, std::memory_order_acq_rel);
  for (int spins = 0; spins < spins_max; ++spins) {
    if (gate.arrived.load(std::memory_order_acquire) == threads) return true;
  }
  return false;
}

void run_part(const Program& program, Arena& arena, std::size_t t, std::size_t stride, bool meets,
              std::uint64_t random) {
  const auto width = static_cast<std::size_t>(program.registers[t]);
  const auto threads = static_cast<std::uint32_t>(program.threads.size());
  // A thread that stops waiting still arrives everywhere, so that nobody waits for it longer than it is late.
  for (std::size_t i = 0; i < batch; ++i) {
    const std::size_t n = i * stride % batch;
    if (meets) {
      meets = meet(arena.gates[n], threads);
    } else if (threads > 1) {
      arena.gates[n].arrived.fetch_add(1, std::memory_order_release);
    }
    for (std::uint64_t wait = next(random) % delay_max; wait > delay_max / 2; --wait) {
      std::atomic_signal_fence(std::memory_order_seq_cst);
    }
    execute(program.threads[t], arena.cells.data() + n * program.locations.size(),
            arena.registers[t].data() + n * width);
  }
}

void collect(const Program& program, const Arena& arena, Histogram& into) {
  std::vector<std::int64_t> row(program.columns.size());
  for (std::size_t n = 0; n < batch; ++n) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      const Program::Column& column = program.columns[c];
      const auto index = static_cast<std::size_t>(column.index);
      if (column.thread < 0) {
        row[c] = arena.cells[n * program.locations.size() + index].value.load(std::memory_order_relaxed);
      } else {
        const auto t = static_cast<std::size_t>(column.thread);
        row[c] = arena.registers[t][n * static_cast<std::size_t>(program.registers[t]) + index];
      }
    }
    into.add(row);
  }
}

void pin_to(unsigned processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  sched_setaffinity(0, sizeof set, &set);  // where it is forbidden, the threads are not pinned
}

}  // namespace

void Histogram::add(const std::vector<std::int64_t>& row) {
  for (auto& [known, count] : rows) {
    if (known == row) {
      ++count;
      return;
    }
  }
  rows.emplace_back(row, 1);
}

// Threads made once; each does its part of whatever batch is set.
class NativeLitmus::Team {
 public:
  explicit Team(std::size_t size) : barrier_(static_cast<std::ptrdiff_t>(size) + 1) {
    for (std::size_t t = 0; t < size; ++t) threads_.emplace_back([this, t] { work(t); });
  }
  ~Team() {
    part_ = nullptr;
    barrier_.arrive_and_wait();
    for (std::thread& thread : threads_) thread.join();
  }
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;
  std::size_t size() const { return threads_.size(); }

  void run(const std::function<void(std::size_t)>& part) {
    part_ = &part;
    barrier_.arrive_and_wait();
    barrier_.arrive_and_wait();
  }

 private:
  void work(std::size_t t) {
    pin_to(static_cast<unsigned>(t) % std::max(1U, std::thread::hardware_concurrency()));
    for (;;) {
      barrier_.arrive_and_wait();
      if (part_ == nullptr) return;
      (*part_)(t);
      barrier_.arrive_and_wait();
    }
  }

  std::barrier<> barrier_;
  const std::function<void(std::size_t)>* part_ = nullptr;
  std::vector<std::thread> threads_;
};

NativeLitmus::NativeLitmus(std::uint64_t seed) : random_(seed) {}
NativeLitmus::~NativeLitmus() = default;

Histogram NativeLitmus::run(const Program& program, std::uint64_t runs) {
  const std::size_t threads = program.threads.size();
  if (!team_ || team_->size() != threads) team_ = std::make_unique<Team>(threads);
  const bool meets = threads <= std::thread::hardware_concurrency();
  Arena arena(program);
  Histogram histogram;
  for (std::uint64_t done = 0; done < runs; done += batch) {
    arena.reset(program);
    const std::size_t stride = next(random_) % batch | 1;
    const std::uint64_t seed = next(random_);
    team_->run([&](std::size_t t) { run_part(program, arena, t, stride, meets, seed + t); });
    collect(program, arena, histogram);
  }
  return histogram;
}

}  // namespace heddle::stress
