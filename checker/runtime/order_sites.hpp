// The program's atomic operations, by the instruction that asks for them: which there are (option
// `order_sites`), and other memory orders for some of them than the program says (option `order_at`).
// `heddle weaken` is made of the two.
//
// An instruction is its return address together with that of the function it stands in, because without
// inlining all stores of a program share the one instruction in std::atomic::store.
#pragma once

#include <cstdint>
#include <span>

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

// ---- for trying other orders in the process that found a bug

struct OrderSite {
  std::uintptr_t pc = 0;
  std::uintptr_t caller = 0;  // of the function `pc` lies in; 0: unknown
  AtomicKind kind = AtomicKind::load;
  AtomicOrders orders{kernel::Order::relaxed};  // the program's own
  bool mixed = false;  // asked for with different orders: they are computed, or passed as arguments
};
// From now on the sites that are executed are seen.
void watch_order_sites();
std::span<const OrderSite> order_sites_seen();
// The orders that the site has from now on, until all are as before again.
void try_orders(const OrderSite& site, AtomicOrders orders);
void end_trying_orders();
const char* order_name(kernel::Order order);
const char* atomic_kind_name(AtomicKind kind);

}  // namespace heddle::runtime
