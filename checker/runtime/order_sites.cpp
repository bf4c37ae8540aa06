#include "checker/runtime/order_sites.hpp"

#include <cstring>

#include "checker/kernel/memory.hpp"
#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/modules.hpp"
#include "checker/runtime/records.hpp"
#include "checker/runtime/runtime.hpp"

namespace heddle::runtime {

namespace detail {
bool order_sites_wanted = false;
}

namespace {

using kernel::Order;

constexpr struct {
  Order order;
  const char* name;
} order_names[] = {{Order::relaxed, "relaxed"},
                   {Order::acquire, "acquire"},
                   {Order::release, "release"},
                   {Order::acq_rel, "acq_rel"},
                   {Order::seq_cst, "seq_cst"}};

// What `order_at` says of one place.
struct Change {
  std::uintptr_t pc = 0;
  std::uintptr_t caller = 0;  // 0: whoever calls
  AtomicOrders orders{Order::relaxed};
  bool has_failure = false;
  bool used = false;
};

// In shared memory: forked executions add what they see.
struct OrderSites {
  kernel::Vector<OrderSite> seen;
  kernel::Vector<std::uint32_t> table;  // open addressing over `seen`; 0: free, else index + 1
  kernel::Vector<Change> changes;
  bool record = false;
};
OrderSites* sites = nullptr;

std::size_t hash(std::uintptr_t pc, std::uintptr_t caller) {
  const std::uint64_t mixed = (pc ^ (caller << 1U)) * 0x9e37'79b9'7f4a'7c15U;
  return mixed ^ (mixed >> 29U);
}

void grow_table() {
  const std::size_t entries = sites->table.empty() ? 256 : sites->table.size() * 2;
  sites->table.clear();
  for (std::size_t i = 0; i < entries; ++i) sites->table.push_back(0);
  for (std::size_t i = 0; i < sites->seen.size(); ++i) {
    std::size_t at = hash(sites->seen[i].pc, sites->seen[i].caller) & (entries - 1);
    while (sites->table[at] != 0) at = (at + 1) & (entries - 1);
    sites->table[at] = static_cast<std::uint32_t>(i + 1);
  }
}

void note_site(const OrderSite& site) {
  const std::size_t mask = sites->table.size() - 1;
  std::size_t at = hash(site.pc, site.caller) & mask;
  for (; sites->table[at] != 0; at = (at + 1) & mask) {
    OrderSite& known = sites->seen[sites->table[at] - 1];
    if (known.pc != site.pc || known.caller != site.caller) continue;
    if (known.kind != site.kind || known.orders.success != site.orders.success ||
        known.orders.failure != site.orders.failure) {
      known.mixed = true;
    }
    return;
  }
  const SharedMemoryScope scope;
  sites->seen.push_back(site);
  sites->table[at] = static_cast<std::uint32_t>(sites->seen.size());
  if (sites->seen.size() * 2 > sites->table.size()) grow_table();
}

std::uintptr_t caller_of_running_function() {
  const Thread& thread = current_thread();
  return thread.call_top == thread.slot.call_stack ? 0 : thread.call_top[-1];
}

// Reads `order_at`: MODULE+OFFSET[@MODULE+OFFSET]=ORDER[/FAILURE ORDER], separated by commas; modules are
// indices into the start record's list, offsets hexadecimal.
class ChangeReader {
 public:
  explicit ChangeReader(const char* text) : at_(text) {}

  // False: nothing more, or an error.
  bool next(Change& change) {
    if (*at_ == '\0') return false;
    change = {};
    if (!address(change.pc)) return fail("order_at: a place is MODULE+OFFSET, the offset in hexadecimal");
    if (take('@') && !address(change.caller)) return fail("order_at: the caller is not MODULE+OFFSET");
    if (!take('=')) return fail("order_at: '=' and an order follow a place");
    if (!order(change.orders.success)) return fail(wrong_order);
    change.has_failure = take('/');
    if (change.has_failure && !order(change.orders.failure)) return fail(wrong_order);
    if (*at_ != '\0' && !take(',')) return fail("order_at: places are separated by commas");
    return true;
  }
  const char* error() const { return error_; }

 private:
  bool fail(const char* error) {
    error_ = error;
    return false;
  }
  bool take(char c) {
    if (*at_ != c) return false;
    ++at_;
    return true;
  }
  bool number(std::uint64_t base, std::uint64_t& value) {
    const char* const begin = at_;
    value = 0;
    for (;; ++at_) {
      std::uint64_t digit = base;
      if (*at_ >= '0' && *at_ <= '9') digit = static_cast<std::uint64_t>(*at_ - '0');
      if (*at_ >= 'a' && *at_ <= 'f') digit = static_cast<std::uint64_t>(*at_ - 'a' + 10);
      if (digit >= base) return at_ != begin;
      value = value * base + digit;
    }
  }
  bool address(std::uintptr_t& out) {
    std::uint64_t module = 0;
    std::uint64_t offset = 0;
    if (!number(10, module) || !take('+') || !number(16, offset)) return false;
    out = address_in_module(module, offset);
    return out != 0;
  }
  bool order(Order& out) {
    for (const auto& [order, name] : order_names) {
      const std::size_t length = std::strlen(name);
      if (std::strncmp(at_, name, length) != 0) continue;
      at_ += length;
      out = order;
      return true;
    }
    return false;
  }

  static constexpr char wrong_order[] = "order_at: an order is relaxed, acquire, release, acq_rel or seq_cst";

  const char* at_;
  const char* error_ = nullptr;
};

void write_site(const OrderSite& site) {
  JsonWriter& out = begin_record("atomic_site");
  out.member("kind", atomic_kind_name(site.kind));
  out.member("order", order_name(site.orders.success));
  if (site.kind == AtomicKind::compare_exchange) out.member("failure_order", order_name(site.orders.failure));
  out.key("mixed");
  out.boolean(site.mixed);
  StackTrace stack;
  stack.pc[stack.depth++] = site.pc;
  if (site.caller != 0) stack.pc[stack.depth++] = site.caller;
  out.key("stack");
  write_stack(out, stack);
  end_record();
}

void warn_unused() {
  JsonWriter& out = begin_record("warning");
  out.member("call", "order_at");
  out.member("message", "no atomic operation was executed at any of its places: was the program changed?");
  end_record();
}

}  // namespace

AtomicOrders detail::visit_order_site(AtomicKind kind, AtomicOrders orders, std::uintptr_t pc) {
  const std::uintptr_t caller = caller_of_running_function();
  if (sites->record) note_site({pc, caller, kind, orders});
  for (Change& change : sites->changes) {
    if (change.pc != pc || (change.caller != 0 && change.caller != caller)) continue;
    change.used = true;
    return {change.orders.success, change.has_failure ? change.orders.failure : orders.failure};
  }
  return orders;
}

const char* order_name(Order order) {
  for (const auto& known : order_names) {
    if (known.order == order) return known.name;
  }
  return "";
}

const char* atomic_kind_name(AtomicKind kind) {
  switch (kind) {
    case AtomicKind::load:
      return "load";
    case AtomicKind::store:
      return "store";
    case AtomicKind::rmw:
      return "rmw";
    case AtomicKind::compare_exchange:
      return "compare_exchange";
    case AtomicKind::fence:
      return "fence";
  }
  return "";
}

void watch_order_sites() {
  const SharedMemoryScope scope;
  if (sites == nullptr) {
    sites = &make_engine_object<OrderSites>();
    grow_table();
  }
  sites->record = true;
  detail::order_sites_wanted = true;
}

std::span<const OrderSite> order_sites_seen() { return {sites->seen.data(), sites->seen.size()}; }

void try_orders(const OrderSite& site, AtomicOrders orders) {
  const SharedMemoryScope scope;
  sites->changes.push_back({site.pc, site.caller, orders, site.kind == AtomicKind::compare_exchange});
}

void end_trying_orders() { sites->changes.clear(); }

const char* open_order_sites(const explore::Options& options) {
  if (!options.order_sites && options.order_at[0] == '\0') return nullptr;
  watch_order_sites();
  const SharedMemoryScope scope;
  sites->record = options.order_sites;
  ChangeReader reader(options.order_at);
  for (Change change; reader.next(change);) sites->changes.push_back(change);
  return reader.error();
}

void write_order_sites() {
  if (sites == nullptr) return;
  if (sites->record) {
    for (const OrderSite& site : sites->seen) write_site(site);
  }
  bool used = sites->changes.empty();
  for (const Change& change : sites->changes) used = used || change.used;
  if (!used) warn_unused();
}

}  // namespace heddle::runtime
