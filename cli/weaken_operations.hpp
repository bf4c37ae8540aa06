// The atomic operations of a program as its source has them, and which weaker orders each could have.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "reports/format/run.hpp"

namespace heddle::cli {

// One atomic operation of the source. Inlining makes several instructions of it.
struct AtomicOperation {
  std::string kind;  // load, store, rmw, compare_exchange, fence
  format::Frame place;
  std::string order;
  std::string failure_order;              // empty for all but compare_exchange
  bool order_varies = false;              // its order is computed, so that nothing in the source names it
  std::vector<std::string> instructions;  // as `order_at` names places
};

// One memory order in the source: an operation's only one, or a compare-exchange's on success or on failure.
struct OrderSlot {
  std::size_t operation = 0;  // index into OperationList::operations
  bool on_failure = false;
  std::string order;
  std::vector<std::string> weaker;  // legal and strictly weaker, weakest first
};

struct OperationList {
  std::vector<AtomicOperation> operations;  // in the order of the source
  std::vector<OrderSlot> slots;
  std::size_t library = 0;  // instructions in code of the standard library, which no user can change
};

// From the records of a run with `order_sites`, symbolized.
OperationList list_operations(const format::RunRecords& records);

// Orders an operation of this kind may have instead, each strictly weaker, weakest first.
std::vector<std::string> weaker_orders(const std::string& kind, const std::string& order, bool on_failure);

// Every order permits what `than` permits, and more or the same.
bool weaker_or_equal(const std::string& order, const std::string& than);

// One order for each slot.
using Orders = std::vector<std::string>;
Orders original_orders(const OperationList& list);

// The value of the option `order_at` that changes the program's orders to these.
std::string order_at(const OperationList& list, const Orders& orders);

}  // namespace heddle::cli
