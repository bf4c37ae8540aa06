// The program's atomic operations, by the instruction that asks for them: which there are (option
// `order_sites`), and other memory orders for some of them than the program says (option `order_at`).
// `heddle weaken` is made of the two.
//
// An instruction is its return address together with that of the function it stands in, because without
// inlining all stores of a program share the one instruction in std::atomic::store.
#pragma once

#include <cstdint>

#include "checker/explore/options.hpp"
#include "checker/kernel/operation.hpp"

namespace heddle::runtime {

enum class AtomicKind : std::uint8_t { load, store, rmw, compare_exchange, fence };

struct AtomicOrders {
  kernel::Order success;
  kernel::Order failure = kernel::Order::relaxed;  // of a compare-exchange
};

namespace detail {
extern __attribute__((visibility("hidden"))) bool order_sites_wanted;
AtomicOrders visit_order_site(AtomicKind kind, AtomicOrders orders, std::uintptr_t pc);
}  // namespace detail

// The orders the running thread's atomic operation at `pc` is to have; `orders` are the program's own.
inline AtomicOrders orders_at(AtomicKind kind, AtomicOrders orders, std::uintptr_t pc) {
  if (!detail::order_sites_wanted) [[likely]]
    return orders;
  return detail::visit_order_site(kind, orders, pc);
}

// Once, after the modules are known and before the first execution. Returns null, or what is wrong with
// `order_at`.
const char* open_order_sites(const explore::Options& options);

// Once, after the last execution: an `atomic_site` record for each operation seen, if they were asked for,
// and a warning if there was none at any place of `order_at`.
void write_order_sites();

}  // namespace heddle::runtime
