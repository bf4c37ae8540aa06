// A correct object and its twin with one planted bug: the same declaration passes the one and finds the
// other.
#pragma once

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <heddle/gtest.hpp>
#include <heddle/verify.hpp>
#include <string>

// The correct twin is explored less thoroughly than by default unless this variable is set, so that the suite
// stays quick; the broken one always by default settings. The variable names a file the rows of the table in
// docs/linearizability.md are appended to.
inline const char* table_file() { return std::getenv("HEDDLE_LINEARIZABILITY_TABLE"); }

// Wall time says how busy the machine is. Executions happen in child processes, which have ended by then.
inline constexpr std::chrono::minutes ample{30};
inline constexpr double cpu_seconds_max = 30;

inline double cpu_seconds() {
  double sum = 0;
  for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage = {};
    getrusage(who, &usage);
    for (const timeval& time : {usage.ru_utime, usage.ru_stime})
      sum += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  }
  return sum;
}

template <class Specification, class Correct, class Broken, class... Rows>
void tell_apart(const std::string& object, const std::string& bug, const Rows&... rows) {
  heddle::VerifyOptions by_default;
  by_default.budget = ample;
  heddle::VerifyOptions options = by_default;
  if (table_file() == nullptr) {
    options.scenarios = 40;
    options.random_scenarios = 2;
    options.executions = 200;
  }
  const double begun = cpu_seconds();
  const heddle::VerifyResult correct = heddle::verify<Correct, Specification>(rows..., options);
  const double correct_s = cpu_seconds() - begun;
  EXPECT_HEDDLE(correct);

  const double broken_begun = cpu_seconds();
  const heddle::VerifyResult broken = heddle::verify<Broken, Specification>(rows..., by_default);
  const double broken_s = cpu_seconds() - broken_begun;
  EXPECT_EQ(broken.verdict, heddle::Verdict::bug) << "the planted bug was not found: " << bug << "\n"
                                                  << broken.message << "\n"
                                                  << broken.report();
  EXPECT_LT(broken_s, cpu_seconds_max);
  if (broken.findings.empty()) return;
  std::printf("%s: %s, scenario %s, %.1f s\n", object.c_str(), broken.findings.front().rule.c_str(),
              broken.scenario.c_str(), broken_s);
  if (table_file() == nullptr) return;
  std::FILE* const file = std::fopen(table_file(), "a");
  if (file == nullptr) return;
  std::string scenario;  // a bar ends a cell
  for (const char c : broken.scenario) scenario += c == '|' ? std::string("\\|") : std::string(1, c);
  std::fprintf(file, "| %s | %s | %s | `%s` | %zu | %llu | %.1f | %zu | %zu | %llu | %zu | %.1f |\n",
               object.c_str(), bug.c_str(), broken.findings.front().rule.c_str(), scenario.c_str(),
               broken.scenarios, static_cast<unsigned long long>(broken.executions), broken_s,
               correct.scenarios, correct.all_up_to, static_cast<unsigned long long>(correct.executions),
               correct.unfinished, correct_s);
  std::fclose(file);
}
