// A correct object and its twin with one planted bug: the same declaration passes the one and finds the
// other.
#pragma once

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

template <class Specification, class Correct, class Broken, class... Rows>
void tell_apart(const std::string& object, const std::string& bug, const Rows&... rows) {
  using Clock = std::chrono::steady_clock;
  heddle::VerifyOptions options;
  if (table_file() == nullptr) {
    options.scenarios = 40;
    options.random_scenarios = 2;
    options.executions = 200;
  } else {
    options.budget = std::chrono::minutes(2);
  }
  const auto correct_begun = Clock::now();
  const heddle::VerifyResult correct = heddle::verify<Correct, Specification>(rows..., options);
  const double correct_s = std::chrono::duration<double>(Clock::now() - correct_begun).count();
  EXPECT_HEDDLE(correct);

  const auto broken_begun = Clock::now();
  const heddle::VerifyResult broken = heddle::verify<Broken, Specification>(rows...);
  const double broken_s = std::chrono::duration<double>(Clock::now() - broken_begun).count();
  EXPECT_EQ(broken.verdict, heddle::Verdict::bug) << "the planted bug was not found: " << bug << "\n"
                                                  << broken.message << "\n"
                                                  << broken.report();
  if (broken.findings.empty()) return;
  std::printf("%s: %s, scenario %s\n", object.c_str(), broken.findings.front().rule.c_str(),
              broken.scenario.c_str());
  if (table_file() == nullptr) return;
  EXPECT_LT(broken_s, 30);
  std::FILE* const file = std::fopen(table_file(), "a");
  if (file == nullptr) return;
  std::fprintf(file, "| %s | %s | %s | `%s` | %zu | %llu | %.1f | %zu (%zu) | %llu | %.1f |\n",
               object.c_str(), bug.c_str(), broken.findings.front().rule.c_str(), broken.scenario.c_str(),
               broken.scenarios, static_cast<unsigned long long>(broken.executions), broken_s,
               correct.scenarios, correct.all_up_to, static_cast<unsigned long long>(correct.executions),
               correct_s);
  std::fclose(file);
}
