// Long histories of a register and of a queue: 1,000 operations of 8 threads, of which about three are under
// way at any moment, explained and refuted; and, if HEDDLE_JEPSEN_LOGS names a folder with etcd_000.log and
// so on, those logs, which Porcupine's benchmarks read too.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "checker/detect/linearizability/fifo.hpp"
#include "checker/detect/linearizability/history.hpp"
#include "checker/detect/linearizability/search.hpp"

namespace {

using namespace heddle::detect;

constexpr std::uint32_t threads = 8;
constexpr std::uint32_t operations = 1'000;
constexpr std::uint32_t nothing = 0;

struct Call {
  bool adds = false;  // write or push; else read or pop
  std::uint32_t argument = 0;
  std::uint32_t result = nothing;
};

struct Register {
  std::uint32_t value = nothing;
  std::uint32_t perform(const Call& call) {
    if (!call.adds) return value;
    value = call.argument;
    return nothing;
  }
  bool operator==(const Register&) const = default;
  std::size_t hash() const { return value; }
};

struct Queue {
  std::deque<std::uint32_t> items;
  std::uint32_t perform(const Call& call) {
    if (call.adds) {
      items.push_back(call.argument);
      return nothing;
    }
    if (items.empty()) return nothing;
    const std::uint32_t first = items.front();
    items.pop_front();
    return first;
  }
  bool operator==(const Queue&) const = default;
  std::size_t hash() const {
    std::size_t all = items.size();
    for (const std::uint32_t item : items) all = (all ^ item) * 0x9e37'79b9'7f4a'7c15U;
    return all;
  }
};

struct Hash {
  template <class State>
  std::size_t operator()(const State& state) const {
    return state.hash();
  }
};

template <class State>
class Object final : public Specification {
 public:
  explicit Object(const std::vector<Call>& calls) : calls_(calls) { number_of({}); }
  Step apply(StateId state, OperationId operation, StateId& after) override {
    State next = *states_[state];
    if (next.perform(calls_[operation]) != calls_[operation].result) return Step::illegal;
    after = number_of(std::move(next));
    return Step::legal;
  }

 private:
  StateId number_of(State&& state) {
    const auto [place, is_new] = numbers_.emplace(std::move(state), static_cast<StateId>(states_.size()));
    if (is_new) states_.push_back(&place->first);
    return place->second;
  }

  const std::vector<Call>& calls_;
  std::unordered_map<State, StateId, Hash> numbers_;
  std::vector<const State*> states_;
};

struct Recorded {
  History history;
  std::vector<Call> calls;
};

// Each operation takes effect at some moment between its call and its return. A register is written one of
// five values, a queue gets a new item each time.
template <class State>
Recorded make(std::uint64_t seed) {
  Recorded made;
  std::mt19937_64 dice(seed);
  State state;
  std::vector<int> running(threads, -1);
  std::vector<bool> effective(threads);
  std::vector<std::uint32_t> returned(threads);
  made.history.clear(threads);
  while (made.history.size() < operations ||
         std::any_of(running.begin(), running.end(), [](int r) { return r >= 0; })) {
    const std::uint32_t t = static_cast<std::uint32_t>(dice() % threads);
    if (running[t] < 0) {
      if (made.history.size() == operations || dice() % 4 != 0) continue;
      // Every operation returns: the loop goes on until it has.
      running[t] = static_cast<int>(made.history.add(t, true, returned));
      Call call;
      call.adds = dice() % 2 == 0;
      call.argument =
          std::is_same_v<State, Queue> ? made.history.size() : 1 + static_cast<std::uint32_t>(dice() % 5);
      made.calls.push_back(call);
      effective[t] = false;
    } else if (!effective[t]) {
      Call& call = made.calls[static_cast<std::size_t>(running[t])];
      call.result = state.perform(call);
      effective[t] = true;
    } else {
      ++returned[t];
      running[t] = -1;
    }
  }
  return made;
}

std::vector<QueueEffect> effects_of(const std::vector<Call>& calls) {
  std::vector<QueueEffect> effects;
  for (const Call& call : calls) {
    if (call.adds) {
      effects.push_back({QueueEffect::Kind::puts, call.argument});
    } else if (call.result == nothing) {
      effects.push_back({QueueEffect::Kind::finds_empty, 0});
    } else {
      effects.push_back({QueueEffect::Kind::takes, call.result});
    }
  }
  return effects;
}

enum class Wrong { none, value, order };

// Near the end: a value that was never there, or two results exchanged that were far apart.
void spoil(std::vector<Call>& calls, Wrong wrong) {
  std::vector<std::size_t> results;
  for (std::size_t i = calls.size() * 8 / 10; i < calls.size(); ++i) {
    if (!calls[i].adds && calls[i].result != nothing) results.push_back(i);
  }
  if (wrong == Wrong::value) calls[results[results.size() / 2]].result = 2'000'000;
  if (wrong == Wrong::order) std::swap(calls[results.front()].result, calls[results.back()].result);
}

enum class Order { as_recorded, of_queue };

template <class State>
void search(benchmark::State& state, std::uint64_t seed, Wrong wrong, Order order) {
  Recorded recorded = make<State>(seed);
  spoil(recorded.calls, wrong);
  const Explanation::Outcome expected =
      wrong == Wrong::none ? Explanation::Outcome::legal : Explanation::Outcome::illegal;
  LinearizationSearch search;
  bool within_bound = true;
  for (auto unused : state) {
    (void)unused;
    Object<State> object(recorded.calls);
    QueueOrder known;
    if (order == Order::of_queue) known = in_queue_order(recorded.history, effects_of(recorded.calls));
    // Without an order there still is a longest beginning to show.
    const Explanation& found =
        search.explain(order == Order::of_queue ? known.history : recorded.history, object,
                       Pending::may_have_happened, known.possible ? 1'000'000 : 10'000);
    within_bound = !known.possible || found.outcome != Explanation::Outcome::unknown;
    const bool as_expected = known.possible ? found.outcome == expected : wrong != Wrong::none;
    if (within_bound && !as_expected) state.SkipWithError("unexpected verdict");
  }
  state.counters["configurations"] = static_cast<double>(search.configurations());
  if (!within_bound) state.SetLabel("not decided within 1,000,000 configurations");
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * operations);
}

// ---- Jepsen's logs of etcd: reads, writes and compare-and-sets of one register, some of which timed out

struct EtcdCall {
  std::string verb;
  int from = 0;
  int to = 0;
  bool known = false;  // it returned
  bool succeeded = false;
};

class Etcd final : public Specification {
 public:
  static constexpr int nil = -1;
  explicit Etcd(const std::vector<EtcdCall>& calls) : calls_(calls) {}
  // States are values, from 0.
  Step apply(StateId state, OperationId operation, StateId& after) override {
    const EtcdCall& call = calls_[operation];
    const int value = static_cast<int>(state) + nil;
    int next = value;
    if (call.verb == ":read") {
      if (call.known && value != call.to) return Step::illegal;
    } else if (call.verb == ":write") {
      next = call.to;
    } else {
      if (call.known && call.succeeded != (value == call.from)) return Step::illegal;
      if (value == call.from) next = call.to;
    }
    after = static_cast<StateId>(next - nil);
    return Step::legal;
  }

 private:
  const std::vector<EtcdCall>& calls_;
};

struct EtcdLog {
  History history;
  std::vector<EtcdCall> calls;
};

int number(const std::string& text) {
  const std::size_t begin = text.find_first_of("0123456789");
  return begin == std::string::npos ? Etcd::nil : std::stoi(text.substr(begin));
}

EtcdLog read_log(std::istream& in) {
  EtcdLog log;
  struct Process {
    Lane lane = 0;
    std::size_t call = 0;
  };
  struct Line {
    int process = 0;
    std::string what, verb, first, second;
  };
  std::vector<Line> lines;
  std::map<int, Process> processes;
  for (std::string text; std::getline(in, text);) {
    std::istringstream words(text);
    std::string info, source, dash;
    Line line;
    if (!(words >> info >> source >> dash >> line.process >> line.what >> line.verb)) continue;
    words >> line.first >> line.second;
    processes.emplace(line.process, Process{static_cast<Lane>(processes.size()), 0});
    lines.push_back(line);
  }
  // Which calls returned has to be known when they are added.
  struct Added {
    Lane lane;
    std::vector<std::uint32_t> before;
  };
  std::vector<Added> added;
  std::vector<std::uint32_t> returned(processes.size());
  for (const Line& line : lines) {
    Process& process = processes[line.process];
    if (line.what == ":invoke") {
      process.call = log.calls.size();
      EtcdCall call;
      call.verb = line.verb;
      call.from = number(line.first);
      call.to = line.verb == ":cas" ? number(line.second) : number(line.first);
      log.calls.push_back(call);
      added.push_back({process.lane, returned});
    } else if (line.what != ":info") {
      EtcdCall& call = log.calls[process.call];
      // A read that failed says nothing, and changed nothing.
      call.known = line.first != ":timed-out";
      call.succeeded = line.what == ":ok";
      if (call.verb == ":read") call.to = number(line.first);
      ++returned[process.lane];
    }
  }
  log.history.clear(static_cast<Lane>(processes.size()));
  for (std::size_t i = 0; i < added.size(); ++i) {
    const bool timed_out_read = !log.calls[i].known && log.calls[i].verb == ":read";
    log.history.add(added[i].lane, log.calls[i].known || timed_out_read, added[i].before);
  }
  return log;
}

void etcd(benchmark::State& state, const std::string& file) {
  std::ifstream in(file);
  const EtcdLog log = read_log(in);
  LinearizationSearch search;
  Explanation::Outcome outcome = Explanation::Outcome::unknown;
  for (auto unused : state) {
    (void)unused;
    Etcd object(log.calls);
    outcome = search.explain(log.history, object, Pending::may_have_happened).outcome;
  }
  state.counters["configurations"] = static_cast<double>(search.configurations());
  state.counters["operations"] = static_cast<double>(log.history.size());
  state.SetLabel(outcome == Explanation::Outcome::legal ? "linearizable" : "not linearizable");
}

const bool registered = [] {
  const auto add = [](const char* name, auto function, Wrong wrong, Order order) {
    benchmark::RegisterBenchmark(name, function, 7, wrong, order)->Unit(benchmark::kMillisecond);
  };
  add("linearizability/register/explained", search<Register>, Wrong::none, Order::as_recorded);
  add("linearizability/register/refuted_value", search<Register>, Wrong::value, Order::as_recorded);
  add("linearizability/queue/explained", search<Queue>, Wrong::none, Order::of_queue);
  add("linearizability/queue/refuted_value", search<Queue>, Wrong::value, Order::of_queue);
  add("linearizability/queue/refuted_order", search<Queue>, Wrong::order, Order::of_queue);
  add("linearizability/queue_by_search_alone/explained", search<Queue>, Wrong::none, Order::as_recorded);
  add("linearizability/queue_by_search_alone/refuted_value", search<Queue>, Wrong::value, Order::as_recorded);
  if (const char* const folder = std::getenv("HEDDLE_JEPSEN_LOGS"); folder != nullptr) {
    for (int i = 0; i < 103; ++i) {
      const std::string name = "etcd_" + std::string(i < 10 ? "00" : i < 100 ? "0" : "") + std::to_string(i);
      const std::string file = std::string(folder) + "/" + name + ".log";
      if (std::ifstream(file))
        benchmark::RegisterBenchmark(("linearizability/" + name).c_str(), etcd, file)
            ->Unit(benchmark::kMicrosecond);
    }
  }
  return true;
}();

}  // namespace
