// What the benchmarks of primitives share: how often, on how many threads, and what is told of the
// repetitions.
#pragma once

#include <benchmark/benchmark.h>
#include <sched.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <vector>

namespace bench {

// What we give is no larger than what it is compared with.
template <class Ours, class... Peers>
constexpr bool no_larger = ((sizeof(Ours) <= sizeof(Peers)) && ...);

inline double percentile_99(const std::vector<double>& values) {
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  return sorted[(sorted.size() - 1) * 99 / 100];
}

// Thread i on processor i, and again from the first: else threads that happen to share a processor take
// turns, and contend with nobody. A single thread stays free, and so are those it starts.
inline void pin(const benchmark::State& state) {
  static const cpu_set_t all = [] {
    cpu_set_t out;
    sched_getaffinity(0, sizeof out, &out);
    return out;
  }();
  cpu_set_t mine = all;
  if (state.threads() > 1) {
    int wanted = state.thread_index() % CPU_COUNT(&all);
    for (std::size_t processor = 0; processor < CPU_SETSIZE; ++processor)
      if (CPU_ISSET(processor, &all) && wanted-- != 0) CPU_CLR(processor, &mine);
  }
  sched_setaffinity(0, sizeof mine, &mine);
}

// Name, body, and the numbers of threads.
template <class... Threads>
void add(const char* name, void (*body)(benchmark::State&), Threads... threads) {
  auto* const added = benchmark::RegisterBenchmark(name, [body](benchmark::State& state) {
    pin(state);
    body(state);
  });
  (added->Threads(threads), ...);
  added->UseRealTime();
  // For the test that they all run.
  if (std::getenv("HEDDLE_BENCH_QUICK") != nullptr) {
    added->Iterations(10);
    return;
  }
  added->MinTime(0.02)->Repetitions(11)->ReportAggregatesOnly()->ComputeStatistics("p99", percentile_99);
}

}  // namespace bench
