#include "cli/weaken_operations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

namespace heddle::cli {
namespace {

using format::AtomicSite;
using format::Frame;

// The bits of an order: acquire, release, sequential consistency.
unsigned strength(std::string_view order) {
  if (order == "acquire") return 1;
  if (order == "release") return 2;
  if (order == "acq_rel") return 3;
  if (order == "seq_cst") return 7;
  return 0;
}

bool legal(const std::string& kind, bool on_failure, std::string_view order) {
  if (kind == "load" || on_failure) return order != "release" && order != "acq_rel";
  if (kind == "store") return order != "acquire" && order != "acq_rel";
  return true;
}

// std::atomic's own members, through which the user's operation goes.
bool is_atomic_wrapper(const Frame& frame) {
  const std::string& f = frame.function;
  return f.empty() || f.find("atomic") != std::string::npos;
}

// The frame of the user's code that contains the operation; none if the standard library does it for itself.
const Frame* operation_frame(const AtomicSite& site) {
  for (const Frame& frame : site.stack.frames) {
    if (!frame.library) return &frame;
    if (!is_atomic_wrapper(frame)) return nullptr;
  }
  return nullptr;
}

std::string address_text(const format::Address& a) { return fmt::format("{}+{:x}", a.module, a.offset); }

// The operation's own instruction; with the call of its function if that is where the user's code is.
std::string instruction_of(const AtomicSite& site, const Frame& place) {
  const auto& addresses = site.stack.addresses;
  const bool called = addresses.size() > 1 && place.offset + 1 == addresses[1].offset &&
                      addresses[0].offset != addresses[1].offset;
  return address_text(addresses[0]) + (called ? "@" + address_text(addresses[1]) : "");
}

// A site whose place in the user's code is known.
struct PlacedSite {
  const AtomicSite* site;
  const Frame* place;
  std::string instruction;
  bool varies;
};

std::vector<PlacedSite> place_sites(const format::RunRecords& records) {
  std::vector<PlacedSite> placed;
  std::map<std::string, std::set<std::pair<std::string, std::string>>> orders;  // of each instruction
  for (const AtomicSite& site : records.atomic_sites) {
    const Frame* const place = operation_frame(site);
    if (place == nullptr || site.stack.addresses.empty()) continue;
    placed.push_back({&site, place, instruction_of(site, *place), site.mixed});
    orders[placed.back().instruction].emplace(site.order, site.failure_order);
  }
  for (PlacedSite& p : placed) p.varies = p.varies || orders[p.instruction].size() > 1;
  return placed;
}

// Without a column, two operations of a line would look alike. One place has several orders where a template
// or an inlined function is given them.
using Key = std::tuple<std::string, int, int, std::uint64_t, std::string, std::string, std::string>;
Key key_of(const PlacedSite& p) {
  const Frame& place = *p.place;
  const bool exact = place.line > 0 && place.column > 0;
  return {place.file.empty() ? place.module : place.file,
          place.line,
          place.column,
          exact ? 0 : place.offset,
          p.site->kind,
          p.varies ? "" : p.site->order,
          p.varies ? "" : p.site->failure_order};
}

void add_slot(OperationList& list, std::size_t operation, bool on_failure) {
  const AtomicOperation& op = list.operations[operation];
  const std::string& order = on_failure ? op.failure_order : op.order;
  if (order.empty() || op.order_varies) return;
  list.slots.push_back({operation, on_failure, order, weaker_orders(op.kind, order, on_failure)});
}

}  // namespace

bool weaker_or_equal(const std::string& order, const std::string& than) {
  return (strength(order) | strength(than)) == strength(than);
}

std::vector<std::string> weaker_orders(const std::string& kind, const std::string& order, bool on_failure) {
  std::vector<std::string> result;
  for (const char* weaker : {"relaxed", "acquire", "release", "acq_rel"}) {
    if (legal(kind, on_failure, weaker) && weaker_or_equal(weaker, order) && weaker != order) {
      result.emplace_back(weaker);
    }
  }
  return result;
}

OperationList list_operations(const format::RunRecords& records) {
  OperationList list;
  std::map<Key, AtomicOperation> found;
  const std::vector<PlacedSite> placed = place_sites(records);
  list.library = records.atomic_sites.size() - placed.size();
  for (const PlacedSite& p : placed) {
    AtomicOperation& op = found[key_of(p)];
    op.kind = p.site->kind;
    op.place = *p.place;
    op.order = p.site->order;
    op.failure_order = p.site->failure_order;
    op.order_varies = p.varies;
    if (std::ranges::find(op.instructions, p.instruction) == op.instructions.end())
      op.instructions.push_back(p.instruction);
  }
  for (auto& [key, op] : found) {
    list.operations.push_back(std::move(op));
    add_slot(list, list.operations.size() - 1, false);
    add_slot(list, list.operations.size() - 1, true);
  }
  return list;
}

Orders original_orders(const OperationList& list) {
  Orders orders;
  for (const OrderSlot& slot : list.slots) orders.push_back(slot.order);
  return orders;
}

std::string order_at(const OperationList& list, const Orders& orders) {
  std::map<std::size_t, std::pair<std::string, std::string>> wanted;  // operation -> success, failure
  for (std::size_t i = 0; i < list.slots.size(); ++i) {
    const OrderSlot& slot = list.slots[i];
    if (orders[i] == slot.order) continue;
    const AtomicOperation& op = list.operations[slot.operation];
    auto& [success, failure] = wanted.try_emplace(slot.operation, op.order, op.failure_order).first->second;
    (slot.on_failure ? failure : success) = orders[i];
  }
  std::string text;
  for (const auto& [operation, pair] : wanted) {
    const auto& [success, failure] = pair;
    for (const std::string& instruction : list.operations[operation].instructions) {
      text += fmt::format("{}{}={}{}{}", text.empty() ? "" : ",", instruction, success,
                          failure.empty() ? "" : "/", failure);
    }
  }
  return text;
}

}  // namespace heddle::cli
