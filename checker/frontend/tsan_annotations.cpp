// The annotations of sanitizer/tsan_interface.h that programs call themselves.
#include <cstddef>

#include "checker/frontend/intercept.hpp"
#include "checker/frontend/synchronise.hpp"
#include "checker/kernel/operation.hpp"
#include "checker/runtime/access.hpp"
#include "checker/runtime/runtime.hpp"

namespace heddle::frontend {
namespace {

kernel::Updated keep_counting(kernel::Value old, kernel::Value, kernel::Value) { return {old + 1, true}; }

}  // namespace

// Always a rmw: it extends the release sequence, so that an acquire sees every release before it.
void synchronise(std::uintptr_t address, kernel::Order order, const char* call, std::uintptr_t pc) {
  if (!runtime::controlled()) return;
  const auto& record = runtime::object(address, kernel::ObjectKind::custom);
  kernel::Operation op;
  op.kind = kernel::OperationKind::rmw;
  op.order = order;
  op.location = record.location;
  op.initial = record.initial;
  op.update = keep_counting;
  op.site = {call, address, pc, kernel::ObjectKind::custom};
  runtime::perform(op);
}

}  // namespace heddle::frontend

using heddle::frontend::synchronise;
using heddle::kernel::Order;

HEDDLE_INTERCEPT void __tsan_acquire(void* address) {
  synchronise(reinterpret_cast<std::uintptr_t>(address), Order::acquire, "__tsan_acquire", HEDDLE_CALLER_PC);
}
HEDDLE_INTERCEPT void __tsan_release(void* address) {
  synchronise(reinterpret_cast<std::uintptr_t>(address), Order::release, "__tsan_release", HEDDLE_CALLER_PC);
}

HEDDLE_INTERCEPT void __tsan_ignore_thread_begin() {
  if (heddle::runtime::controlled()) heddle::runtime::ignore_accesses_begin(heddle::runtime::Ignored::all);
}
HEDDLE_INTERCEPT void __tsan_ignore_thread_end() {
  if (heddle::runtime::controlled()) heddle::runtime::ignore_accesses_end(heddle::runtime::Ignored::all);
}

// The mutex annotations describe locks whose atomics are instrumented as well, and which are therefore
// already checked as what they really are: nothing is left to be told.
HEDDLE_INTERCEPT void __tsan_mutex_create(void*, unsigned) {}
HEDDLE_INTERCEPT void __tsan_mutex_destroy(void*, unsigned) {}
HEDDLE_INTERCEPT void __tsan_mutex_pre_lock(void*, unsigned) {}
HEDDLE_INTERCEPT void __tsan_mutex_post_lock(void*, unsigned, int) {}
HEDDLE_INTERCEPT int __tsan_mutex_pre_unlock(void*, unsigned) { return 0; }
HEDDLE_INTERCEPT void __tsan_mutex_post_unlock(void*, unsigned) {}
HEDDLE_INTERCEPT void __tsan_mutex_pre_signal(void*, unsigned) {}
HEDDLE_INTERCEPT void __tsan_mutex_post_signal(void*, unsigned) {}
HEDDLE_INTERCEPT void __tsan_mutex_pre_divert(void*, unsigned) {}
HEDDLE_INTERCEPT void __tsan_mutex_post_divert(void*, unsigned) {}

// Objects of which only the first byte stands for all (tsan's "external" objects); tags are names for its
// reports.
HEDDLE_INTERCEPT void* __tsan_external_register_tag(const char* type) { return const_cast<char*>(type); }
HEDDLE_INTERCEPT void __tsan_external_register_header(void*, const char*) {}
HEDDLE_INTERCEPT void __tsan_external_assign_tag(void*, void*) {}
HEDDLE_INTERCEPT void __tsan_external_read(void* address, void* pc, void*) {
  heddle::runtime::plain_access<1, false>(address, reinterpret_cast<std::uintptr_t>(pc));
}
HEDDLE_INTERCEPT void __tsan_external_write(void* address, void* pc, void*) {
  heddle::runtime::plain_access<1, true>(address, reinterpret_cast<std::uintptr_t>(pc));
}
HEDDLE_INTERCEPT void __tsan_flush_memory() {}

// Fibers of the program run inside one simulated thread: their switches order what they already order.
HEDDLE_INTERCEPT void* __tsan_get_current_fiber() {
  static char the_only_fiber;
  return &the_only_fiber;
}
HEDDLE_INTERCEPT void* __tsan_create_fiber(unsigned) { return __tsan_get_current_fiber(); }
HEDDLE_INTERCEPT void __tsan_destroy_fiber(void*) {}
HEDDLE_INTERCEPT void __tsan_switch_to_fiber(void*, unsigned) {}
HEDDLE_INTERCEPT void __tsan_set_fiber_name(void*, const char*) {}
