// Calls Heddle does not support, and calls worth a warning.
#include <cstdio>

#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/modules.hpp"
#include "checker/runtime/records.hpp"
#include "checker/runtime/runtime.hpp"

namespace heddle::runtime {
namespace {

struct Warned {
  const char* call;
  std::uintptr_t pc;
};
// In shared memory, so that a forked execution does not repeat its siblings' warnings.
kernel::Vector<Warned>* warned = nullptr;

bool first_time(const char* call, std::uintptr_t pc) {
  const SharedMemoryScope scope;
  for (const Warned& known : *warned) {
    if (known.call == call && known.pc == pc) return false;
  }
  warned->push_back({call, pc});
  return true;
}

void write_here(const char* type, const char* call, std::uintptr_t pc, const char* message) {
  StackTrace stack;
  capture_stack(current_thread(), pc, stack);
  JsonWriter& out = begin_record(type);
  out.member("call", call);
  out.member("message", message);
  out.key("stack");
  write_stack(out, stack);
  end_record();
}

}  // namespace

void open_warnings() { warned = &make_shared_object<kernel::Vector<Warned>>(); }

void unsupported(const char* call, std::uintptr_t pc, const char* remedy) {
  hot.controlled = false;
  char message[512];
  snprintf(message, sizeof message, "%s is not supported in a checked program: %s", call, remedy);
  write_here("unsupported", call, pc, message);
  stop_unsupported(message);
}

void warn(const char* call, std::uintptr_t pc, const char* message) {
  const EngineScope scope;
  if (first_time(call, pc)) write_here("warning", call, pc, message);
}

}  // namespace heddle::runtime
