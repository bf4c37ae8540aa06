// Atomic operations of the program as kernel operations: the part that does not depend on the object's type.
#pragma once

#include <cstddef>
#include <cstdint>

#include "checker/kernel/operation.hpp"
#include "checker/runtime/access.hpp"
#include "checker/runtime/atomic_objects.hpp"

namespace heddle::frontend {

// The C ABI's memory orders (__ATOMIC_*).
constexpr kernel::Order order_of(int abi_order) {
  switch (abi_order & 0xff) {
    case 0:
      return kernel::Order::relaxed;
    case 1:
    case 2:
      return kernel::Order::acquire;
    case 3:
      return kernel::Order::release;
    case 4:
      return kernel::Order::acq_rel;
    default:
      return kernel::Order::seq_cst;
  }
}

// One atomic access in progress: begin(), runtime::perform(operation), then finish().
struct AtomicAccess {
  std::uintptr_t address;
  runtime::AtomicIndex object;
  bool unwritten;  // the initial value is nobody's, as far as is known
  kernel::Operation operation;
};

// The orders an operation asks for. Only a compare-exchange has one for its failure.
struct AbiOrders {
  int success;
  int failure = none;

  static constexpr int none = -1;
};

// Finds the location of the object; `cell` is that of `address`, `memory` what its bytes hold now.
AtomicAccess begin_atomic(const detect::Cell& cell, kernel::OperationKind kind, std::uintptr_t address,
                          std::size_t bytes, kernel::Value memory, AbiOrders orders, const char* call,
                          std::uintptr_t pc);

// After the operation. `wrote`: it stored `value`. True: memory must be made to hold `value`.
bool finish_atomic(const AtomicAccess& access, const kernel::Answer& answer, bool wrote, kernel::Value value);

// std::atomic_thread_fence of the program's.
void program_fence(int abi_order, std::uintptr_t pc);
// One of ours, in a controlled execution.
void thread_fence(kernel::Order order, std::uintptr_t pc);

}  // namespace heddle::frontend
