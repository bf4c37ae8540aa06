#include "tests/oracle/store_buffers.hpp"

#include <utility>

#include "tests/oracle/interpret.hpp"

namespace heddle::oracle {
namespace {

// What has happened so far, events by name. Two runs that agree in it go on alike.
struct Past {
  std::vector<std::vector<EventName>> sources;  // per thread: what its reads read
  std::vector<std::size_t> issued;              // per thread: how many of its events the processor has done
  std::vector<std::vector<EventName>> memory;   // per location: the stores that reached it, in order
  friend auto operator<=>(const Past&, const Past&) = default;
};

struct Processor {
  ThreadRun thread;
  std::size_t issued = 0;
  std::vector<std::size_t> buffer;  // its events that have not reached memory, the oldest first
};

struct Machine {
  std::vector<Processor> processors;
  std::vector<std::vector<EventName>> memory;
};

class Runner {
 public:
  explicit Runner(const Program& program) : program_(program), columns_(state_variables(program)) {
    Machine machine;
    for (std::size_t id = 0; id < program.threads.size(); ++id) {
      machine.processors.push_back({ThreadRun(program.threads[id], id), 0, {}});
    }
    machine.memory.resize(program.locations.size());
    run(machine);
  }

  MachineOutcome outcome() && {
    outcome_.executions = executions_.size();
    return std::move(outcome_);
  }

 private:
  Value value_of(const Machine& machine, EventName store) const {
    if (!store.thread) return program_.locations[store.index].initial;
    return machine.processors[*store.thread].thread.events()[store.index].value;
  }

  static EventName latest(const Machine& machine, std::size_t location) {
    const auto& stores = machine.memory[location];
    return stores.empty() ? EventName{std::nullopt, location} : stores.back();
  }

  // What the processor sees: its own newest buffered store, else memory.
  static EventName visible(const Machine& machine, std::size_t id, std::size_t location) {
    const Processor& processor = machine.processors[id];
    for (auto it = processor.buffer.rbegin(); it != processor.buffer.rend(); ++it) {
      if (processor.thread.events()[*it].location == location) return {id, *it};
    }
    return latest(machine, location);
  }

  static Past past_of(const Machine& machine) {
    Past past;
    past.memory = machine.memory;
    for (const Processor& processor : machine.processors) {
      past.sources.push_back(processor.thread.sources());
      past.issued.push_back(processor.issued);
    }
    return past;
  }

  void run(const Machine& machine) {
    if (!visited_.insert(past_of(machine)).second) return;
    bool ended = true;
    for (std::size_t id = 0; id < machine.processors.size(); ++id) {
      const Processor& processor = machine.processors[id];
      if (!processor.buffer.empty()) {
        ended = false;
        Machine next = machine;
        flush(next, id);
        run(next);
      }
      if (processor.issued < processor.thread.events().size()) {
        ended = false;
        issue(machine, id);
      } else if (processor.thread.pending_read()) {
        ended = false;
        read(machine, id);
      }
    }
    if (ended) record(machine);
  }

  static void flush(Machine& machine, std::size_t id) {
    Processor& processor = machine.processors[id];
    const std::size_t store = processor.buffer.front();
    processor.buffer.erase(processor.buffer.begin());
    machine.memory[processor.thread.events()[store].location].push_back({id, store});
  }

  // The next event, which is a store or a fence: reads are done at once, with the write of their rmw.
  void issue(const Machine& machine, std::size_t id) {
    Machine next = machine;
    Processor& processor = next.processors[id];
    const std::size_t index = processor.issued++;
    const Event& event = processor.thread.events()[index];
    if (event.order == Order::sc && !processor.buffer.empty()) return;
    if (event.kind == EventKind::write) {
      processor.buffer.push_back(index);
      if (event.order == Order::sc) flush(next, id);
    }
    run(next);
  }

  void read(const Machine& machine, std::size_t id) {
    const bool locked = machine.processors[id].thread.pending_is_locked();
    if (locked && !machine.processors[id].buffer.empty()) return;
    Machine next = machine;
    Processor& processor = next.processors[id];
    const std::size_t index = processor.issued++;
    const EventName source = visible(machine, id, *processor.thread.pending_read());
    processor.thread.read(source, value_of(machine, source));
    if (processor.thread.reads_to_modify(index)) {
      processor.buffer.push_back(processor.issued++);
      flush(next, id);
    }
    run(next);
  }

  void record(const Machine& machine) {
    executions_.insert(past_of(machine));
    std::vector<Value> state;
    for (const StateVariable& column : columns_) {
      state.push_back(column.thread ? machine.processors[*column.thread].thread.registers()[column.index]
                                    : value_of(machine, latest(machine, column.index)));
    }
    outcome_.states.insert(std::move(state));
  }

  const Program& program_;
  const std::vector<StateVariable> columns_;
  std::set<Past> visited_;
  std::set<Past> executions_;
  MachineOutcome outcome_;
};

}  // namespace

MachineOutcome run_with_store_buffers(const Program& program) { return Runner(program).outcome(); }

}  // namespace heddle::oracle
