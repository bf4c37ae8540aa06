// The annotations of sanitizer/tsan_interface.h that programs call themselves.
#include <cstddef>

#include "checker/frontend/intercept.hpp"
#include "checker/kernel/operation.hpp"
#include "checker/runtime/access.hpp"
#include "checker/runtime/runtime.hpp"

namespace {

using heddle::kernel::Order;

heddle::kernel::Updated keep_counting(heddle::kernel::Value old, heddle::kernel::Value,
                                      heddle::kernel::Value) {
  return {old + 1, true};
}

// A release or acquire on a location of its own. Always a rmw: it extends the release sequence, so that an
// acquire sees every release before it, as the annotation promises.
void synchronise(void* address, Order order, const char* call, std::uintptr_t pc) {
  if (!heddle::runtime::controlled()) return;
  const auto object = reinterpret_cast<std::uintptr_t>(address);
  const auto& record = heddle::runtime::object(object, heddle::kernel::ObjectKind::custom);
  heddle::kernel::Operation op;
  op.kind = heddle::kernel::OperationKind::rmw;
  op.order = order;
  op.location = record.location;
  op.initial = record.initial;
  op.update = keep_counting;
  op.site = {call, object, pc, heddle::kernel::ObjectKind::custom};
  heddle::runtime::perform(op);
}

}  // namespace

HEDDLE_INTERCEPT void __tsan_acquire(void* address) {
  synchronise(address, Order::acquire, "__tsan_acquire", HEDDLE_CALLER_PC);
}
HEDDLE_INTERCEPT void __tsan_release(void* address) {
  synchronise(address, Order::release, "__tsan_release", HEDDLE_CALLER_PC);
}

HEDDLE_INTERCEPT void __tsan_ignore_thread_begin() {
  if (heddle::runtime::controlled()) heddle::runtime::ignore_accesses_begin();
}
HEDDLE_INTERCEPT void __tsan_ignore_thread_end() {
  if (heddle::runtime::controlled()) heddle::runtime::ignore_accesses_end();
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

// Fibers of the program run inside one simulated thread: their switches order what they already order.
HEDDLE_INTERCEPT void* __tsan_get_current_fiber() {
  static char the_only_fiber;
  return &the_only_fiber;
}
HEDDLE_INTERCEPT void* __tsan_create_fiber(unsigned) { return __tsan_get_current_fiber(); }
HEDDLE_INTERCEPT void __tsan_destroy_fiber(void*) {}
HEDDLE_INTERCEPT void __tsan_switch_to_fiber(void*, unsigned) {}
HEDDLE_INTERCEPT void __tsan_set_fiber_name(void*, const char*) {}
