// What include/heddle/check.h calls in a checked program.
#include "checker/frontend/kernel_calls.hpp"
#include "checker/runtime/fuzz_channel.hpp"
#include "checker/runtime/outcomes.hpp"
#include "checker/runtime/territory.hpp"

namespace {

using namespace heddle;
using namespace heddle::frontend;

// A location of its own that nobody ever stores to: what a thread awaits whose assumption failed.
const void* const never_address = &never_address;
bool accepts_nothing(Value, Value) { return false; }

}  // namespace

HEDDLE_INTERCEPT void heddle_runtime_assume(int condition) {
  if (condition != 0 || !simulated(HEDDLE_CALLER_PC)) return;
  const CallSite site = site_of("heddle_assume", nullptr, ObjectKind::custom, HEDDLE_CALLER_PC);
  kernel::Operation operation;
  operation.kind = kernel::OperationKind::load;
  operation.location =
      runtime::intern_location(reinterpret_cast<std::uintptr_t>(&never_address), ObjectKind::custom, 0);
  operation.accepts = accepts_nothing;
  operation.assumption = true;
  operation.site = site;
  runtime::perform(operation);
  __builtin_unreachable();
}

HEDDLE_INTERCEPT int heddle_runtime_nondet(int alternatives) {
  if (alternatives <= 1 || !is_simulated(HEDDLE_CALLER_PC)) return 0;
  const CallSite site = site_of("heddle_nondet", nullptr, ObjectKind::custom, HEDDLE_CALLER_PC);
  return static_cast<int>(choose(static_cast<Value>(alternatives), site));
}

HEDDLE_INTERCEPT void heddle_runtime_expect(int condition, const char* text, const char* file, int line) {
  if (condition != 0 || !simulated(HEDDLE_CALLER_PC)) return;
  runtime::fail_at(Rule::assertion, HEDDLE_CALLER_PC, "%s:%d: expectation failed: %s", file, line, text);
}

HEDDLE_INTERCEPT void heddle_runtime_observe(const char* text) {
  if (!simulated(HEDDLE_CALLER_PC)) return;
  const runtime::EngineScope scope;
  runtime::forget_all();  // what is observed is counted in every execution
  runtime::observe(runtime::self(), text);
}

HEDDLE_INTERCEPT const unsigned char* heddle_runtime_fuzz_input(std::size_t* size) {
  const auto bytes = runtime::fuzz_scenario();
  *size = bytes.size();
  return bytes.data();
}

HEDDLE_INTERCEPT int heddle_runtime_in_check() { return runtime::controlled() ? 1 : 0; }
