// What an execution is found guilty of. Lives in the engine's region: with isolation=fork the child writes it
// and the parent reads it.
#pragma once

#include <cstdint>

#include "checker/kernel/operation.hpp"
#include "checker/runtime/finding.hpp"
#include "checker/runtime/thread.hpp"
#include "reports/format/rule.hpp"

namespace heddle::runtime {

struct BlockedInVerdict {
  kernel::ThreadId thread = 0;
  kernel::ThreadId holder = kernel::no_thread;
  kernel::CallSite site;
  bool spin = false;
  bool daemon = false;
  StackTrace stack;
};

struct Verdict {
  static constexpr std::uint32_t accesses_max = 8;
  static constexpr std::uint32_t blocked_max = 64;
  bool present = false;
  format::Rule rule = format::Rule::crash;
  kernel::ThreadId thread = 0;  // who ran when it was found
  char message[1024] = {};
  std::uint32_t access_count = 0;
  Access accesses[accesses_max];
  std::uint32_t blocked_count = 0;
  BlockedInVerdict blocked[blocked_max];
  StackTrace stack;  // of `thread`
};

// The verdict of the running (or last) execution.
Verdict& verdict();
// No verdict yet, nothing attached.
void reset_verdict();
// What the execution noted without ending: at most notes_max, further ones are for other executions to note.
inline constexpr std::uint32_t notes_max = 4;
std::uint32_t note_count();
Verdict& note_at(std::uint32_t index);
// A prediction accompanies a run; it is no proof that anything goes wrong and does not end the search.
inline bool is_prediction(format::Rule rule) { return rule == format::Rule::lock_order; }
// Tells bugs apart over executions by rule and the code found at fault. The same whether the execution was
// traced or not, so it leaves out what only a traced one knows: the other side of a race.
std::uint64_t fingerprint(const Verdict& verdict);
// The same with every access, in any order: a race is one bug whichever side is found second. For traced
// verdicts.
std::uint64_t full_fingerprint(const Verdict& verdict);
// The last execution's verdict, or note, with this fingerprint; its index for Executor::evidence in `note`.
// Null: it has none.
const Verdict* find_verdict(std::uint64_t print, int& note);

}  // namespace heddle::runtime
