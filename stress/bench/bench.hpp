// What the benchmarks of primitives share: how often, on how many threads, and what is told of the
// repetitions.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <vector>

namespace bench {

inline double percentile_99(const std::vector<double>& values) {
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  return sorted[(sorted.size() - 1) * 99 / 100];
}

// Name, body, and the numbers of threads.
template <class... Threads>
void add(const char* name, void (*body)(benchmark::State&), Threads... threads) {
  auto* const added = benchmark::RegisterBenchmark(name, body);
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
