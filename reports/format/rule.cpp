#include "reports/format/rule.hpp"

namespace heddle::format {
namespace {
constexpr RuleInfo table[rules_count] = {
    {Rule::data_race, "HED001", "data-race", "Data race"},
    {Rule::deadlock, "HED002", "deadlock", "Deadlock"},
    {Rule::partial_deadlock, "HED003", "partial-deadlock", "Partial deadlock"},
    {Rule::lost_wakeup, "HED004", "lost-wakeup", "Lost wake-up"},
    {Rule::livelock, "HED005", "livelock", "Livelock"},
    {Rule::assertion, "HED006", "assertion", "Assertion failed"},
    {Rule::abort, "HED007", "abort", "Aborted"},
    {Rule::uncaught_exception, "HED008", "uncaught-exception", "Uncaught exception"},
    {Rule::crash, "HED009", "crash", "Fatal signal"},
    {Rule::stack_overflow, "HED010", "stack-overflow", "Stack overflow"},
    {Rule::use_after_free, "HED011", "use-after-free", "Use after free"},
    {Rule::double_free, "HED012", "double-free", "Double or invalid free"},
    {Rule::heap_overflow, "HED013", "heap-overflow", "Heap buffer overflow"},
    {Rule::leak, "HED014", "leak", "Memory leak"},
    {Rule::misuse, "HED015", "misuse", "Misuse of a synchronisation object"},
    {Rule::destroyed_in_use, "HED016", "destroyed-in-use", "Object destroyed while in use"},
    {Rule::lock_order, "HED017", "lock-order", "Lock-order cycle"},
    {Rule::stack_use_after_scope, "HED018", "stack-use-after-scope", "Use of a dead thread's stack"},
    {Rule::uninitialised, "HED019", "uninitialised", "Uninitialised memory"},
    {Rule::nonlinearizable, "HED020", "nonlinearizable", "Not linearizable"},
    {Rule::process_exit, "HED021", "process-exit", "Process failed"},
    {Rule::hang, "HED022", "hang", "Thread never reaches an operation"},
    {Rule::no_progress, "HED023", "no-progress", "Progress guarantee broken"},
};
}  // namespace

const RuleInfo& info(Rule rule) { return table[static_cast<int>(rule) - 1]; }

}  // namespace heddle::format
