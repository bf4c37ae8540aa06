// main() of a program of suites: IMPLEMENTATION.SCENARIO runs one scenario, once: what the checker explores.
// any runs one that heddle::nondet chooses: what a fuzzer is given. all REPETITIONS runs every scenario so
// often, on real threads; soak SECONDS those of each implementation again and again for so long. What goes
// wrong aborts.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/primitives/suite/scenario.hpp"

namespace {

bool is_called(const char* name, const suite::group& group, const suite::scenario& scenario) {
  const std::size_t length = std::strlen(group.implementation);
  return std::strncmp(name, group.implementation, length) == 0 && name[length] == '.' &&
         std::strcmp(name + length + 1, scenario.name) == 0;
}

void soak(std::chrono::seconds each) {
  for (const suite::group& group : suite::groups()) {
    const auto end = std::chrono::steady_clock::now() + each;
    unsigned long rounds = 0;
    for (; std::chrono::steady_clock::now() < end; ++rounds)
      for (const suite::scenario& scenario : group.scenarios) scenario.body();
    std::printf("%s: %lu rounds of %zu scenarios\n", group.implementation, rounds, group.scenarios.size());
  }
}

void any() {
  std::size_t scenarios = 0;
  for (const suite::group& group : suite::groups()) scenarios += group.scenarios.size();
  auto chosen = static_cast<std::size_t>(heddle::nondet(static_cast<int>(scenarios)));
  for (const suite::group& group : suite::groups()) {
    if (chosen < group.scenarios.size()) return group.scenarios[chosen].body();
    chosen -= group.scenarios.size();
  }
}

}  // namespace

int main(int argc, char** argv) {
  const char* const wanted = argc > 1 ? argv[1] : "";
  const bool all = std::strcmp(wanted, "all") == 0;
  const int repetitions = argc > 2 ? std::atoi(argv[2]) : 1;
  if (std::strcmp(wanted, "soak") == 0) {
    soak(std::chrono::seconds(repetitions));
    return 0;
  }
  if (std::strcmp(wanted, "any") == 0) {
    any();
    return 0;
  }
  bool found = false;
  for (const suite::group& group : suite::groups()) {
    for (const suite::scenario& scenario : group.scenarios) {
      if (!all && !is_called(wanted, group, scenario)) continue;
      found = true;
      for (int i = 0; i < repetitions; ++i) scenario.body();
    }
  }
  if (found) return 0;
  std::fprintf(stderr, "no scenario '%s'\n", wanted);
  return 2;
}
