#include "checker/runtime/notify_log.hpp"

#include "checker/runtime/record_pool.hpp"
#include "checker/runtime/runtime.hpp"

namespace heddle::runtime {
namespace {

RecordPool<EmptyNotify, 64> log;

EmptyNotify* find(std::uintptr_t object) {
  for (std::size_t i = 0; i < log.size(); ++i) {
    if (log[i].object == object) return &log[i];
  }
  return nullptr;
}

}  // namespace

void log_empty_notify(std::uintptr_t object, const char* call, std::uintptr_t pc) {
  EmptyNotify* entry = find(object);
  if (entry == nullptr) entry = &log.add();
  entry->object = object;
  entry->call = call;
  entry->thread = self();
  if (hot.tracing) {
    capture_stack(current_thread(), pc, entry->stack);
  } else {
    entry->stack.depth = 1;
    entry->stack.pc[0] = pc;
  }
}

const EmptyNotify* last_empty_notify(std::uintptr_t object) { return find(object); }

void reset_notify_log() { log.shrink(0); }

}  // namespace heddle::runtime
