// The operations on an atomic object of type T, whoever asks for them (instrumentation hooks or libatomic's
// functions).
//
// In a controlled execution each is one kernel operation on the object's location, a check that no plain
// access races with it, and, if its store is mo-last, a write to real memory, which plain reads then find.
// Outside one it is the real operation; it is then done sequentially consistent, which is correct for every
// order.
#pragma once

#include <cstdint>

#include "checker/frontend/atomic_access.hpp"
#include "checker/frontend/atomic_types.hpp"
#include "checker/frontend/result_use.hpp"
#include "checker/frontend/waiter_pool.hpp"
#include "checker/runtime/own_frames.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/spin_state.hpp"

namespace heddle::frontend {

enum class Strength : bool { strong, weak };

// True if this weak compare-exchange fails for no reason: a choice of the explorer's, with the option
// `spurious`.
bool fails_spuriously(std::uintptr_t address, std::uintptr_t pc);

// Whether, when the execution ends, a block of the heap counts as in use because this word is in memory.
bool keeps_alive(kernel::Value word);

namespace detail {

inline void tell_state(kernel::Operation& op, std::uintptr_t pc) {
  op.state = runtime::state_if_saved(pc);
  op.touched = runtime::hot.current->touched;
}

template <class T>
AtomicAccess begin(kernel::OperationKind kind, const volatile T* object, AbiOrders orders, const char* call,
                   std::uintptr_t pc) {
  const auto address = reinterpret_cast<std::uintptr_t>(object);
  const detect::Cell& cell =
      runtime::check_accessible(address, sizeof(T),
                                kind == kernel::OperationKind::load ? runtime::AccessKind::atomic_read
                                                                    : runtime::AccessKind::atomic_write,
                                pc);
  return begin_atomic(cell, kind, address, sizeof(T), to_value(peek(object)), orders, call, pc);
}

// Functions of their own, so that the caller can clean the stack below itself once they have returned.

// Also a compare-exchange that fails for no reason: it then has two orders, and the second counts.
template <class T>
[[gnu::noinline]] T load(const volatile T* object, AbiOrders orders, std::uintptr_t pc) {
  AtomicAccess access = begin(kernel::OperationKind::load, object, orders, "atomic load", pc);
  if (orders.failure != AbiOrders::none) access.operation.order = access.operation.failure_order;
  tell_state(access.operation, pc);
  const kernel::Answer answer = runtime::perform_uncleaned(access.operation);
  finish_atomic(access, answer, false, 0);
  return from_value<T>(answer.value);
}

template <class T>
[[gnu::noinline]] T modify(volatile T* object, T operand, kernel::Update update, int order, const char* call,
                           std::uintptr_t pc, kernel::Commutes commutes) {
  AtomicAccess access = begin(kernel::OperationKind::rmw, object, {order}, call, pc);
  access.operation.operand = to_value(operand);
  access.operation.update = update;
  const bool in_one_register = sizeof(T) <= sizeof(std::uintptr_t);
  if (commutes != kernel::Commutes::no && in_one_register && !has_acquire(access.operation.order) &&
      !uses_result(pc)) {
    access.operation.commutes = commutes;
  }
  tell_state(access.operation, pc);
  const kernel::Answer answer = runtime::perform_uncleaned(access.operation);
  const kernel::Value written = update(answer.value, access.operation.operand, 0).value;
  if (finish_atomic(access, answer, true, written)) poke(object, from_value<T>(written));
  if (in_waiter_pool(object)) [[unlikely]]
    thread_fence(kernel::Order::seq_cst, pc);
  return from_value<T>(answer.value);
}

template <class T>
[[gnu::noinline]] void store(volatile T* object, T value, int order, std::uintptr_t pc) {
  AtomicAccess access = begin(kernel::OperationKind::store, object, {order}, "atomic store", pc);
  access.operation.operand = to_value(value);
  access.operation.observed = sizeof(T) == sizeof(void*) && keeps_alive(access.operation.operand);
  const kernel::Answer answer = runtime::perform_uncleaned(access.operation);
  if (finish_atomic(access, answer, true, access.operation.operand)) poke(object, value);
}

template <class T>
[[gnu::noinline]] bool compare_exchange(volatile T* object, T& expected, T desired, int order,
                                        int failure_order, std::uintptr_t pc, Strength strength) {
  if (strength == Strength::weak && fails_spuriously(reinterpret_cast<std::uintptr_t>(object), pc)) {
    expected = load(object, {order, failure_order}, pc);
    return false;
  }
  AtomicAccess access =
      begin(kernel::OperationKind::rmw, object, {order, failure_order}, "compare_exchange", pc);
  access.operation.operand = to_value(desired);
  access.operation.expected = to_value(expected);
  access.operation.update = Updates<T>::compare_exchange;
  tell_state(access.operation, pc);
  const kernel::Answer answer = runtime::perform_uncleaned(access.operation);
  const bool succeeded = answer.value == access.operation.expected;
  if (finish_atomic(access, answer, succeeded, access.operation.operand)) poke(object, desired);
  if (!succeeded) expected = from_value<T>(answer.value);
  return succeeded;
}

}  // namespace detail

template <class T>
T load(const volatile T* object, int order, std::uintptr_t pc) {
  if (!runtime::controlled()) return Native<T>::load(object);
  if (in_waiter_pool(object)) [[unlikely]]
    thread_fence(kernel::Order::seq_cst, pc);
  const T value = detail::load(object, {order}, pc);
  runtime::clean_own_frames();
  return value;
}

template <class T>
void store(volatile T* object, T value, int order, std::uintptr_t pc) {
  if (!runtime::controlled()) return Native<T>::store(object, value);
  detail::store(object, value, order, pc);
  runtime::clean_own_frames();
}

#define HEDDLE_MODIFY(operation, sort)                                                             \
  template <class T>                                                                               \
  T operation(volatile T* object, T operand, int order, std::uintptr_t pc) {                       \
    if (!runtime::controlled()) return Native<T>::operation(object, operand);                      \
    const T before = detail::modify(object, operand, Updates<T>::operation, order, #operation, pc, \
                                    kernel::Commutes::sort);                                       \
    runtime::clean_own_frames();                                                                   \
    return before;                                                                                 \
  }
HEDDLE_MODIFY(exchange, no)
HEDDLE_MODIFY(fetch_add, add)
HEDDLE_MODIFY(fetch_sub, add)
HEDDLE_MODIFY(fetch_and, bit_and)
HEDDLE_MODIFY(fetch_or, bit_or)
HEDDLE_MODIFY(fetch_xor, bit_xor)
HEDDLE_MODIFY(fetch_nand, no)
#undef HEDDLE_MODIFY

// True: `desired` was stored. False: `expected` becomes the value read.
template <class T>
bool compare_exchange(volatile T* object, T& expected, T desired, int order, int failure_order,
                      std::uintptr_t pc, Strength strength = Strength::strong) {
  if (!runtime::controlled()) return Native<T>::compare_exchange(object, &expected, desired);
  const bool succeeded =
      detail::compare_exchange(object, expected, desired, order, failure_order, pc, strength);
  runtime::clean_own_frames();
  return succeeded;
}

}  // namespace heddle::frontend
