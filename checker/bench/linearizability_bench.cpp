// Long histories of a register: 1,000 operations of 8 threads, of which about three are under way at any
// moment.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "checker/detect/linearizability/history.hpp"
#include "checker/detect/linearizability/search.hpp"

namespace {

using namespace heddle::detect;

constexpr std::uint32_t threads = 8;
constexpr std::uint32_t operations = 1'000;

struct Call {
  bool adds = false;  // write or push; else read or pop
  std::uint32_t argument = 0;
  std::uint32_t result = 0;
};

// The register's value; 0 at first.
void perform(std::uint32_t& value, const Call& call, std::uint32_t& result) {
  result = call.adds ? 0 : value;
  if (call.adds) value = call.argument;
}

// States are the values themselves.
class Object final : public Specification {
 public:
  explicit Object(const std::vector<Call>& calls) : calls_(calls) {}
  Step apply(StateId state, OperationId operation, StateId& after) override {
    std::uint32_t result = 0;
    perform(state, calls_[operation], result);
    if (result != calls_[operation].result) return Step::illegal;
    after = state;
    return Step::legal;
  }

 private:
  const std::vector<Call>& calls_;
};

// Each operation takes effect at some moment between its call and its return.
void make(std::uint64_t seed, History& history, std::vector<Call>& calls) {
  std::mt19937_64 dice(seed);
  std::uint32_t value = 0;
  std::vector<int> running(threads, -1);
  std::vector<bool> effective(threads);
  std::vector<std::uint32_t> returned(threads);
  history.clear(threads);
  while (history.size() < operations ||
         std::any_of(running.begin(), running.end(), [](int r) { return r >= 0; })) {
    const std::uint32_t t = static_cast<std::uint32_t>(dice() % threads);
    if (running[t] < 0) {
      if (history.size() == operations || dice() % 4 != 0) continue;
      // Every operation returns: the loop goes on until it has.
      running[t] = static_cast<int>(history.add(t, true, returned));
      calls.push_back({dice() % 2 == 0, 1 + static_cast<std::uint32_t>(dice() % 5), 0});
      effective[t] = false;
    } else if (!effective[t]) {
      Call& call = calls[static_cast<std::size_t>(running[t])];
      perform(value, call, call.result);
      effective[t] = true;
    } else {
      ++returned[t];
      running[t] = -1;
    }
  }
}

void search(benchmark::State& state, bool legal) {
  History history;
  std::vector<Call> calls;
  make(7, history, calls);
  // A value that was never written, near the end.
  if (!legal) {
    for (std::size_t i = calls.size() * 9 / 10;; ++i) {
      if (calls[i].adds || calls[i].result == 0) continue;
      calls[i].result = 2'000'000;
      break;
    }
  }
  LinearizationSearch search;
  std::uint64_t configurations = 0;
  for (auto unused : state) {
    (void)unused;
    Object object(calls);
    const Explanation& found = search.explain(history, object, Pending::may_have_happened);
    if (found.outcome != (legal ? Explanation::Outcome::legal : Explanation::Outcome::illegal))
      state.SkipWithError("unexpected verdict");
    configurations = search.configurations();
  }
  state.counters["configurations"] = static_cast<double>(configurations);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * operations);
}

BENCHMARK_CAPTURE(search, register_legal, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search, register_illegal, false)->Unit(benchmark::kMillisecond);

}  // namespace
