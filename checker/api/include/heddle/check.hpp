// Checks written as functions, and what checked code may tell the checker. docs/checks-in-programs.md says
// what a check does to the program around it.
#pragma once

#include <heddle/check.h>
#include <heddle/check_abi.h>

#include <algorithm>
#include <cstdio>
#include <heddle/check_options.hpp>
#include <heddle/check_result.hpp>
#include <heddle/source_place.hpp>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

// Emitted into programs that instantiate heddle::check: the runtime then keeps their heap where executions
// can put it back, and starts them without address randomisation.
extern "C" {
__attribute__((visibility("default"))) inline constexpr char heddle_program_runs_checks = 1;
}

namespace heddle {

// See heddle_assume.
inline void assume(bool condition) { heddle_assume(condition ? 1 : 0); }

// See heddle_nondet.
inline int nondet(int alternatives) { return heddle_nondet(alternatives); }

// See heddle_expect; the file and line are the caller's.
inline void expect(bool condition, const char* text = "heddle::expect",
                   SourcePlace where = SourcePlace::current()) {
  heddle_expect_at(condition ? 1 : 0, text, where.file_name(), static_cast<int>(where.line()));
}

// See heddle_observe.
inline void observe(const char* text) { heddle_observe(text); }
inline void observe(const std::string& text) { heddle_observe(text.c_str()); }
template <class Number>
requires std::is_arithmetic_v<Number>
void observe(Number value) {
  char text[64];
  if constexpr (std::is_floating_point_v<Number>) {
    std::snprintf(text, sizeof text, "%g", static_cast<double>(value));
  } else if constexpr (std::is_signed_v<Number>) {
    std::snprintf(text, sizeof text, "%lld", static_cast<long long>(value));
  } else {
    std::snprintf(text, sizeof text, "%llu", static_cast<unsigned long long>(value));
  }
  heddle_observe(text);
}

// True in an execution of a check.
inline bool in_check() { return heddle_in_check() != 0; }

namespace detail {

// The test a check is in, and the argument that runs this test alone. Set by <heddle/gtest.hpp>.
struct Surroundings {
  std::string name;
  std::string selects;
};
inline Surroundings (*find_surroundings)() = nullptr;

inline std::string place(const SourcePlace& where) {
  std::string file = where.file_name();
  return file.substr(file.rfind('/') + 1) + ":" + std::to_string(where.line());
}

inline heddle_check_sink sink_of(CheckResult& result) {
  heddle_check_sink sink = {};
  sink.context = &result;
  sink.finding = [](void* context, const char* rule, const char* message, const char* token,
                    const char* fingerprint) {
    static_cast<CheckResult*>(context)->findings.push_back({rule, message, token, fingerprint});
  };
  sink.outcome = [](void* context, const char* text, unsigned long long count) {
    static_cast<CheckResult*>(context)->outcomes.push_back({text, count});
  };
  sink.records = [](void* context, const char* text, std::size_t bytes) {
    static_cast<CheckResult*>(context)->records.assign(text, bytes);
  };
  sink.summary = [](void* context, const heddle_check_summary* told) {
    auto& into = *static_cast<CheckResult*>(context);
    into.verdict = static_cast<Verdict>(told->verdict);
    into.check = told->check;
    into.mode = told->mode;
    into.reason = told->reason;
    into.message = told->message;
    into.executions = told->executions;
    into.complete = told->complete;
    into.blocked = told->blocked;
    into.cut = told->cut;
    into.operations = told->operations;
  };
  return sink;
}

inline CheckResult run_check(void (*body)(void*), void* argument, const CheckOptions& options,
                             const SourcePlace& where) {
  CheckResult result;
  if (heddle_runtime_check == nullptr) {
    result.message =
        "heddle::check: this program is not built with Heddle: compile and link it with `heddle c++` (or "
        "CXX=heddle-c++), or link the CMake target heddle::checker";
    return result;
  }
  const Surroundings around =
      find_surroundings != nullptr && !heddle::in_check() ? find_surroundings() : Surroundings{};
  const std::string name = !options.name.empty()  ? options.name
                           : !around.name.empty() ? around.name
                                                  : place(where);
  const std::string text = options.encode();
  const heddle_check_sink sink = sink_of(result);
  result.selects = around.selects;
  const heddle_check_request request = {text.c_str(), name.c_str(), body, argument, &sink};
  heddle_runtime_check(&request);
  std::sort(result.outcomes.begin(), result.outcomes.end(),
            [](const Outcome& a, const Outcome& b) { return a.text < b.text; });
  return result;
}

}  // namespace detail

// Runs `body`, which takes nothing, under every interleaving and every reordering the memory model allows, as
// far as options.budget goes. Each execution starts from the program's present state: captured variables,
// globals, heap. The program itself is not changed by it: executions happen in a child process, and what they
// print is not shown.
//
// Must be called while the program has one thread. In an execution (under `heddle check`, or inside another
// body) the body runs once, as a part of that execution. Blocks until the verdict; never throws on its own
// account.
template <class Body>
CheckResult check(Body&& body, const CheckOptions& options = {}, SourcePlace where = SourcePlace::current()) {
  using Function = std::remove_reference_t<Body>;
  // Keeps the mark of this program alive.
  const char* mark = &heddle_program_runs_checks;
  __asm__ volatile("" : : "r"(mark));
  return detail::run_check([](void* function) { (*static_cast<Function*>(function))(); },
                           const_cast<void*>(static_cast<const volatile void*>(std::addressof(body))),
                           options, where);
}

// For `main`: prints the report unless the check passed, and returns the exit code.
inline int conclude(const CheckResult& result) {
  if (!result.passed()) std::fputs(result.report().c_str(), stdout);
  return result.exit_code();
}

}  // namespace heddle
