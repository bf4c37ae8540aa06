#include "reports/explain/rule_text.hpp"

#include <array>

#include "reports/format/rule_lookup.hpp"

namespace heddle::report {
namespace {

using format::Rule;

constexpr std::array summaries = {
    "Two accesses to the same memory, at least one a write and at least one not atomic, that nothing orders.",
    "No thread can move: each waits for something only another could do.",
    "Some threads wait for each other for ever while others run.",
    "A thread waits for a notification that came when nobody waited.",
    "Threads spin for ever on values that nobody will change.",
    "An assert, or an expectation of a test, failed.",
    "The program aborted: abort was called, or std::terminate without an exception.",
    "An exception was thrown that nobody caught.",
    "The program received a fatal signal.",
    "A thread ran past the end of its stack.",
    "Heap memory was used after it was freed.",
    "A block was freed twice, or something was freed that is no block.",
    "An access went beside a heap block.",
    "Memory that nobody points to at the end.",
    "The contract of a lock, thread, semaphore or the like was broken.",
    "A synchronisation object was destroyed while in use, or used afterwards.",
    "Locks are taken in orders that form a circle: a possible deadlock.",
    "The stack or a thread-local variable of a thread that has ended was used.",
    "An atomic was read before it was ever written.",
    "The results of concurrent operations are those of no sequential order.",
    "The program ended with a status other than 0.",
    "A thread computes for ever without a visible operation.",
    "An operation does not finish as it promised when others stop."};
static_assert(summaries.size() == format::rules_count);

}  // namespace

std::string rule_summary(std::string_view rule) {
  const auto known = format::rule_of(rule);
  return known ? summaries[static_cast<std::size_t>(*known) - 1] : "";
}

bool is_warning(std::string_view rule) {
  const auto known = format::rule_of(rule);
  return known == Rule::leak || known == Rule::lock_order;
}

}  // namespace heddle::report
