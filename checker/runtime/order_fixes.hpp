// Stronger memory orders that prevent a bug, found by trying: as few and as weak as possible.
#pragma once

#include <cstdint>

#include "checker/explore/options.hpp"
#include "checker/runtime/order_sites.hpp"
#include "checker/runtime/trials.hpp"

namespace heddle::runtime {

struct OrderFix {
  struct Change {
    OrderSite site;
    AtomicOrders orders{kernel::Order::relaxed};
  };
  kernel::Vector<Change> changes;  // empty: none was found
  std::uint64_t executions = 0;    // with these orders, none with a bug
  bool verified = false;           // they were all there are
};

// Tries the atomic operations seen so far (watch_order_sites). `failing`: a schedule that shows the bug.
void find_order_fix(const explore::Options& options, Trials& trials, const explore::Steps& failing,
                    bool forks, OrderFix& out);

}  // namespace heddle::runtime
