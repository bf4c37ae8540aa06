// The rules a verdict can name. Ids are stable for ever; a page in docs/rules/ explains each.
#pragma once

#include <cstdint>

namespace heddle::format {

enum class Rule : std::uint8_t {
  data_race = 1,               // HED001
  deadlock = 2,                // HED002 no thread can move
  partial_deadlock = 3,        // HED003 a cycle of waits among some threads while others run
  lost_wakeup = 4,             // HED004 a deadlock whose waiter was notified before it waited
  livelock = 5,                // HED005 threads spin for ever
  assertion = 6,               // HED006 assert, heddle::expect
  abort = 7,                   // HED007 abort, std::terminate
  uncaught_exception = 8,      // HED008
  crash = 9,                   // HED009 SIGSEGV, SIGBUS, SIGFPE, SIGILL and other fatal signals
  stack_overflow = 10,         // HED010
  use_after_free = 11,         // HED011 heap
  double_free = 12,            // HED012 double or invalid free
  heap_overflow = 13,          // HED013 access into a red zone
  leak = 14,                   // HED014 (option)
  misuse = 15,                 // HED015 unlock by a non-owner, over-release, join twice, ...
  destroyed_in_use = 16,       // HED016 destroyed or freed while in use; use after destruction
  lock_order = 17,             // HED017 lock-order cycle (predictive)
  stack_use_after_scope = 18,  // HED018 access to the stack of a thread that ended
  uninitialised = 19,          // HED019 memory read before any write
  nonlinearizable = 20,        // HED020
  process_exit = 21,           // HED021 the program ended with a non-zero status
  hang = 22,                   // HED022 a thread runs for ever without a visible operation
  no_progress = 23,            // HED023 an operation does not finish as promised when others stop
};

struct RuleInfo {
  Rule rule;
  const char* id;     // "HED001"
  const char* name;   // "data-race"
  const char* title;  // "Data race"
};
const RuleInfo& info(Rule rule);
inline constexpr int rules_count = 23;

}  // namespace heddle::format
