#include "checker/runtime/verdict.hpp"

#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "checker/runtime/debug_stops.hpp"
#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/execution.hpp"
#include "checker/runtime/modules.hpp"
#include "checker/runtime/runtime.hpp"

namespace heddle::runtime {
namespace {

struct Verdicts {
  Verdict final;
  Verdict notes[notes_max];
  std::uint32_t note_count = 0;
};
Verdicts* verdicts = nullptr;

Verdicts& all() {
  if (verdicts == nullptr) [[unlikely]]
    verdicts = &make_shared_object<Verdicts>();
  return *verdicts;
}

void set_verdict(Verdict& v, format::Rule rule, std::uintptr_t pc, const char* message, va_list arguments) {
  v.present = true;
  v.rule = rule;
  v.thread = self();
  vsnprintf(v.message, sizeof v.message, message, arguments);
  capture_stack(current_thread(), pc, v.stack);
  debug_failure(format::info(rule).title, v.message);
}

std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9e37'79b9'7f4a'7c15U;
  return hash ^ (hash >> 32);
}

std::uint64_t innermost(const StackTrace& stack) { return stack.depth > 0 ? stack.pc[0] : 0; }

}  // namespace

Verdict& verdict() { return all().final; }

std::uint32_t note_count() { return all().note_count; }

Verdict& note_at(std::uint32_t index) { return all().notes[index]; }

void reset_verdict() {
  Verdicts& v = all();
  v.final.present = false;
  v.final.access_count = 0;
  v.final.blocked_count = 0;
  v.note_count = 0;
}

void attach(const Access& access) {
  Verdict& v = verdict();
  if (v.access_count < Verdict::accesses_max) v.accesses[v.access_count++] = access;
}

void fail(format::Rule rule, const char* message, ...) {
  hot.controlled = false;
  va_list arguments;
  va_start(arguments, message);
  set_verdict(verdict(), rule, 0, message, arguments);
  va_end(arguments);
  end_execution(explore::Ending::failed);
}

void fail_at(format::Rule rule, std::uintptr_t pc, const char* message, ...) {
  hot.controlled = false;
  va_list arguments;
  va_start(arguments, message);
  set_verdict(verdict(), rule, pc, message, arguments);
  va_end(arguments);
  end_execution(explore::Ending::failed);
}

void note(format::Rule rule, std::uintptr_t pc, const char* message, ...) {
  Verdicts& v = all();
  Verdict& attached = v.final;
  if (v.note_count < notes_max) {
    Verdict& added = v.notes[v.note_count++];
    added.blocked_count = 0;
    added.access_count = attached.access_count;
    for (std::uint32_t i = 0; i < attached.access_count; ++i) added.accesses[i] = attached.accesses[i];
    va_list arguments;
    va_start(arguments, message);
    set_verdict(added, rule, pc, message, arguments);
    va_end(arguments);
  }
  attached.access_count = 0;
}

std::uint64_t fingerprint(const Verdict& v) {
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < v.blocked_count; ++i) {
    // By which of its reads a loop is noticed depends on how it was come to.
    const BlockedInVerdict& b = v.blocked[i];
    const std::uintptr_t loop = b.spin ? function_of(b.site.pc) : 0;
    sum += mix(2, loop != 0 ? loop : b.site.pc);
  }
  for (std::uint32_t i = 0; i < v.access_count; ++i) {
    if (std::strcmp(v.accesses[i].role, "current") == 0) sum += mix(1, innermost(v.accesses[i].stack));
  }
  if (sum == 0 && v.rule == format::Rule::leak && v.access_count > 0)
    sum = mix(4, innermost(v.accesses[0].stack));
  // Where a loop is when the watchdog looks at it differs; where it was entered from does not.
  const std::uint32_t frame = v.rule == format::Rule::hang ? 1 : 0;
  if (sum == 0 && v.stack.depth > frame) sum = mix(3, v.stack.pc[frame]);
  return mix(static_cast<std::uint64_t>(v.rule), sum);
}

std::uint64_t full_fingerprint(const Verdict& v) {
  if (v.access_count == 0) return fingerprint(v);
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < v.access_count; ++i) sum += mix(1, innermost(v.accesses[i].stack));
  return mix(static_cast<std::uint64_t>(v.rule), sum);
}

const Verdict* find_verdict(std::uint64_t print, int& note) {
  note = -1;
  if (verdict().present && fingerprint(verdict()) == print) return &verdict();
  for (note = 0; static_cast<std::uint32_t>(note) < note_count(); ++note) {
    if (fingerprint(note_at(static_cast<std::uint32_t>(note))) == print)
      return &note_at(static_cast<std::uint32_t>(note));
  }
  return nullptr;
}

}  // namespace heddle::runtime
