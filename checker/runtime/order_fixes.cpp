#include "checker/runtime/order_fixes.hpp"

#include "checker/explore/factory.hpp"
#include "checker/runtime/engine_memory.hpp"

namespace heddle::runtime {
namespace {

using kernel::Order;

constexpr std::size_t sites_max = 24;

// How strong a site is: as the program says, acquire and release, or sequentially consistent.
enum class Strength : std::uint8_t { own, synchronising, sequential };

bool acquires(Order order) {
  return order == Order::acquire || order == Order::acq_rel || order == Order::seq_cst;
}
bool releases(Order order) {
  return order == Order::release || order == Order::acq_rel || order == Order::seq_cst;
}

AtomicOrders orders_of(const OrderSite& site, Strength strength) {
  if (strength == Strength::own) return site.orders;
  if (strength == Strength::sequential) return {Order::seq_cst, Order::seq_cst};
  AtomicOrders orders = site.orders;
  switch (site.kind) {
    case AtomicKind::load:
      if (!acquires(orders.success)) orders.success = Order::acquire;
      break;
    case AtomicKind::store:
      if (!releases(orders.success)) orders.success = Order::release;
      break;
    default:
      if (orders.success != Order::seq_cst) orders.success = Order::acq_rel;
  }
  if (site.kind == AtomicKind::compare_exchange && !acquires(orders.failure)) orders.failure = Order::acquire;
  return orders;
}

bool same(const AtomicOrders& a, const AtomicOrders& b) {
  return a.success == b.success && a.failure == b.failure;
}

class Search {
 public:
  Search(const explore::Options& options, Trials& trials, const explore::Steps& failing, bool forks)
      : options_(options),
        trials_(trials),
        failing_(failing),
        tried_(forks ? 10U : 40U),
        proving_(forks ? 200U : 2000U) {}

  void run(OrderFix& out) {
    if (!prevents_with_all(Strength::synchronising) && !prevents_with_all(Strength::sequential)) return;
    weaken();
    trials_.allow(2 * proving_, operations_max);
    prove(out);
    end_trying_orders();
  }

 private:
  static constexpr std::uint64_t operations_max = 2'000'000;

  // Where the bug ended executions early, later operations show only now.
  bool prevents_with_all(Strength strength) {
    for (std::size_t known = 0;;) {
      find_sites();
      if (sites_.size() == known || sites_.size() > sites_max) return false;
      known = sites_.size();
      strengths_.assign(known, strength);
      if (prevents()) return true;
    }
  }

  void find_sites() {
    sites_.clear();
    for (const OrderSite& site : order_sites_seen()) {
      // What is computed or passed as an argument cannot be changed in one place.
      if (!site.mixed && !same(site.orders, orders_of(site, Strength::sequential))) sites_.push_back(site);
    }
  }

  // One after the other, as far as the bug stays away.
  void weaken() {
    for (Strength& s : strengths_) {
      for (const Strength weaker : {Strength::own, Strength::synchronising}) {
        const Strength before = s;
        if (weaker >= before) break;
        s = weaker;
        if (prevents()) break;
        s = before;
      }
    }
  }

  void apply() {
    end_trying_orders();
    for (std::size_t i = 0; i < sites_.size(); ++i) {
      const AtomicOrders orders = orders_of(sites_[i], strengths_[i]);
      if (!same(orders, sites_[i].orders)) try_orders(sites_[i], orders);
    }
  }

  // The schedule that shows the bug, and some random executions.
  bool prevents() {
    apply();
    explore::Sample sample = trials_.by_default(failing_, failing_.size(), executed_);
    bool passes = sample == explore::Sample::passes;
    for (std::uint32_t i = 0; i < tried_ && sample != explore::Sample::fails; ++i) {
      if (trials_.spent()) return false;
      sample = trials_.at_random(failing_, 0, executed_);
      passes = passes || sample == explore::Sample::passes;
    }
    return passes && sample != explore::Sample::fails;
  }

  // Every execution if they are few, else many random ones.
  void prove(OrderFix& out) {
    apply();
    explore::Options options = options_;
    options.strategy = explore::Search::exhaustive;
    options.max_executions = proving_;
    if (options.plain_points || !passes_all(options, out)) {
      if (failed_) return;
      options.strategy = explore::Search::portfolio;
      passes_all(options, out);
      out.verified = false;
      if (failed_ || out.executions == 0) return;
    }
    for (std::size_t i = 0; i < sites_.size(); ++i) {
      const AtomicOrders orders = orders_of(sites_[i], strengths_[i]);
      if (!same(orders, sites_[i].orders)) out.changes.push_back({sites_[i], orders});
    }
  }

  bool passes_all(const explore::Options& options, OrderFix& out) {
    explore::Explorer* search = nullptr;
    {
      const SharedMemoryScope scope;
      search = explore::make_explorer(options);
    }
    explore::Sample sample = explore::Sample::neither;
    while (trials_.next(*search, sample)) {
      failed_ = failed_ || sample == explore::Sample::fails;
      if (failed_) return false;
    }
    out.executions = search->counts().executions;
    out.verified = search->verified();
    return out.verified;
  }

  const explore::Options& options_;
  Trials& trials_;
  const explore::Steps& failing_;
  const std::uint32_t tried_;
  const std::uint64_t proving_;
  kernel::Vector<OrderSite> sites_;
  kernel::Vector<Strength> strengths_;
  explore::Steps executed_;
  bool failed_ = false;
};

}  // namespace

void find_order_fix(const explore::Options& options, Trials& trials, const explore::Steps& failing,
                    bool forks, OrderFix& out) {
  auto& own = make_engine_object<explore::Options>(options);
  Search(own, trials, failing, forks).run(out);
  kernel::engine_release(&own, sizeof own);
}

}  // namespace heddle::runtime
