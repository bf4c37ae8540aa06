#include "cli/weaken_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>

#include "reports/format/guarantee.hpp"
#include "reports/format/names.hpp"

namespace heddle::cli {
namespace {

using Json = nlohmann::ordered_json;
using report::Colour;
using report::Style;

const char* word(AttemptOutcome outcome) {
  switch (outcome) {
    case AttemptOutcome::verified:
      return "verified";
    case AttemptOutcome::implied:
      return "implied";
    case AttemptOutcome::bug:
      return "bug";
    case AttemptOutcome::undecided:
      return "undecided";
  }
  return "";
}

// A relaxed fence does nothing.
std::string shown(const AtomicOperation& op, const std::string& order) {
  return op.kind == "fence" && order == "relaxed" ? "none" : order;
}

std::string joined(const AtomicOperation& op, const std::vector<std::string>& orders) {
  std::string text;
  for (const std::string& order : orders) text += (text.empty() ? "" : " or ") + shown(op, order);
  return text;
}

bool can_be_weaker(const OrderSlot& slot, const SlotResult& result) {
  return result.weakest.front() != slot.order;
}

std::size_t count(const WeakenResult& result, AttemptOutcome outcome) {
  std::size_t total = 0;
  for (const SlotResult& slot : result.slots) {
    total += static_cast<std::size_t>(std::ranges::count(slot.attempts, outcome, &Attempt::outcome));
  }
  return total;
}

std::size_t weaker_slots(const WeakenReport& r) {
  std::size_t total = 0;
  for (std::size_t i = 0; i < r.list.slots.size(); ++i)
    total += can_be_weaker(r.list.slots[i], r.result.slots[i]);
  return total;
}

std::string slot_title(const OrderSlot& slot, const AtomicOperation& op) {
  return shown(op, slot.order) + (slot.on_failure ? " on failure" : "");
}

std::string verdict_of(const OrderSlot& slot, const AtomicOperation& op, const SlotResult& result) {
  if (can_be_weaker(slot, result)) {
    return fmt::format("{} still verifies{}", joined(op, result.weakest),
                       result.decided() ? "" : " (others are undecided)");
  }
  if (!result.decided()) return "undecided";
  return slot.weaker.empty() ? "nothing is weaker" : "needed";
}

// What went wrong, in a line; empty if nothing did.
std::string trouble(const Attempt& attempt) {
  if (attempt.outcome == AttemptOutcome::undecided) return "undecided: " + attempt.reason;
  if (attempt.outcome != AttemptOutcome::bug) return "";
  return fmt::format("{} {}: {}", attempt.finding->rule, attempt.finding->title, attempt.finding->cause);
}

// Neighbours that fail alike are told once, with the replay of the strongest: it is nearest to what is
// needed.
std::string attempts_text(const AtomicOperation& op, const OrderSlot& slot, const SlotResult& result,
                          const Style& style) {
  std::string text;
  std::string names;
  for (std::size_t c = 0; c < slot.weaker.size(); ++c) {
    const std::string what = trouble(result.attempts[c]);
    if (what.empty()) continue;
    names += (names.empty() ? "" : ", ") + shown(op, slot.weaker[c]);
    const bool same_follows = c + 1 < slot.weaker.size() && trouble(result.attempts[c + 1]) == what;
    if (same_follows && !style.verbose) continue;
    text += report::paragraph(fmt::format("{}: {}", names, report::printable(what)), 6, style);
    names.clear();
    const auto& finding = result.attempts[c].finding;
    if (finding && !finding->replay.empty())
      text += "      " + style.paint(Colour::dim, finding->replay) + "\n";
  }
  return text;
}

// The column only where several operations share the line.
std::string operation_title(const OperationList& list, std::size_t i) {
  const AtomicOperation& op = list.operations[i];
  const auto shares = [&](const AtomicOperation& other) {
    return &other != &op && other.place.file == op.place.file && other.place.line == op.place.line;
  };
  std::string place = format::place(&op.place);
  if (op.place.column > 0 && std::ranges::any_of(list.operations, shares))
    place += fmt::format(":{}", op.place.column);
  return fmt::format("{}  {}", place.empty() ? "?" : place,
                     report::printable(op.place.source.empty() ? op.kind : op.place.source));
}

std::string shortened(const std::string& text, const Style& style) {
  return report::columns(text) < style.width ? text : report::fit(text, style.width - 1, style);
}

std::string slots_text(const WeakenReport& r, const Style& style) {
  std::string text;
  for (std::size_t operation = 0; operation < r.list.operations.size(); ++operation) {
    const AtomicOperation& op = r.list.operations[operation];
    text += style.paint(Colour::bold, shortened(operation_title(r.list, operation), style)) + "\n";
    if (op.order_varies) text += "    not tried: its order is computed by the program\n";
    for (std::size_t i = 0; i < r.list.slots.size(); ++i) {
      const OrderSlot& slot = r.list.slots[i];
      if (slot.operation != operation) continue;
      const SlotResult& result = r.result.slots[i];
      const Colour colour = can_be_weaker(slot, result) ? Colour::yellow : Colour::none;
      text += fmt::format("    {}: {}\n", slot_title(slot, op),
                          style.paint(colour, verdict_of(slot, op, result)));
      text += attempts_text(op, slot, result, style);
    }
  }
  return text;
}

std::string joint_text(const WeakenReport& r, const Style& style) {
  if (!r.result.joint) return "";
  const JointResult& joint = *r.result.joint;
  std::string text = style.paint(Colour::bold, "Together") + "\n";
  if (joint.executions == 0) {
    return text + report::paragraph("No weaker order was verified together with others.", 2, style);
  }
  for (std::size_t i = 0; i < r.list.slots.size(); ++i) {
    const OrderSlot& slot = r.list.slots[i];
    if (joint.orders[i] == slot.order) continue;
    const AtomicOperation& op = r.list.operations[slot.operation];
    text += fmt::format("  {:24} {} {} {}{}\n", format::place(&op.place), shown(op, slot.order),
                        style.arrow(), shown(op, joint.orders[i]), slot.on_failure ? " on failure" : "");
  }
  return text +
         report::paragraph(
             fmt::format("The program with all of these at once was verified ({} executions). {}",
                         joint.executions,
                         joint.minimal ? "No single order can then be weakened further; another choice may "
                                         "weaken other orders."
                                       : "Not everything was tried: more may be possible."),
             2, style);
}

Json attempt_json(const std::string& order, const Attempt& attempt) {
  Json j = {{"order", order}, {"outcome", word(attempt.outcome)}};
  if (attempt.outcome != AttemptOutcome::implied) {
    j["executions"] = attempt.executions;
    j["seconds"] = attempt.seconds;
  }
  if (!attempt.reason.empty() && attempt.outcome == AttemptOutcome::undecided) j["reason"] = attempt.reason;
  if (attempt.finding) {
    const format::Finding& f = *attempt.finding;
    j["rule"] = f.rule;
    j["title"] = f.title;
    j["cause"] = f.cause;
    j["token"] = f.token;
    j["replay"] = f.replay;
  }
  return j;
}

Json slot_json(const OrderSlot& slot, const SlotResult& result) {
  Json attempts = Json::array();
  for (std::size_t c = 0; c < slot.weaker.size(); ++c)
    attempts.push_back(attempt_json(slot.weaker[c], result.attempts[c]));
  return {{"on_failure", slot.on_failure},
          {"order", slot.order},
          {"weakest", result.weakest},
          {"decided", result.decided()},
          {"attempts", std::move(attempts)}};
}

Json joint_json(const WeakenReport& r) {
  if (!r.result.joint) return nullptr;
  const JointResult& joint = *r.result.joint;
  Json changes = Json::array();
  for (std::size_t i = 0; i < r.list.slots.size(); ++i) {
    const OrderSlot& slot = r.list.slots[i];
    if (joint.orders[i] == slot.order) continue;
    changes.push_back({{"operation", slot.operation},
                       {"on_failure", slot.on_failure},
                       {"from", slot.order},
                       {"to", joint.orders[i]}});
  }
  return {{"changes", std::move(changes)},
          {"order_at", order_at(r.list, joint.orders)},
          {"executions", joint.executions},
          {"minimal", joint.minimal}};
}

}  // namespace

std::string weaken_text(const WeakenReport& r, const Style& style) {
  const auto& e = r.unchanged.exploration;
  std::string text = report::paragraph(
      fmt::format(
          "As it is, the program is verified under {}: {} executions, {:.2f} s. Each order below was made "
          "weaker alone, and all executions explored again.",
          format::model_in_words(e.model), e.executions, e.elapsed_seconds),
      0, style);
  text += "\n" + slots_text(r, style) + "\n";
  text += joint_text(r, style) + (r.result.joint ? "\n" : "");
  if (r.list.library > 0) {
    text += report::paragraph(fmt::format("Not tried: {} instruction{} inside the standard library.",
                                          r.list.library, r.list.library == 1 ? "" : "s"),
                              0, style);
  }
  return text +
         report::paragraph(
             "\"Still verifies\" speaks of this program with these arguments: the weaker order adds no "
             "execution with an error Heddle detects. Other uses of the same code may need the stronger one.",
             0, style);
}

std::string weaken_last_line(const WeakenReport& r) {
  std::string text = fmt::format(
      "heddle: {} orders in {} operations: {} can be weaker alone; {} weaker ones are bugs",
      r.list.slots.size(), r.list.operations.size(), weaker_slots(r), count(r.result, AttemptOutcome::bug));
  const std::size_t undecided = count(r.result, AttemptOutcome::undecided);
  if (undecided > 0) text += fmt::format(", {} are undecided", undecided);
  return text + fmt::format(" ({} attempts)\n", r.result.attempts);
}

std::string weaken_json(const WeakenReport& r) {
  Json operations = Json::array();
  for (std::size_t o = 0; o < r.list.operations.size(); ++o) {
    const AtomicOperation& op = r.list.operations[o];
    Json slots = Json::array();
    for (std::size_t i = 0; i < r.list.slots.size(); ++i) {
      if (r.list.slots[i].operation == o) slots.push_back(slot_json(r.list.slots[i], r.result.slots[i]));
    }
    operations.push_back({{"kind", op.kind},
                          {"file", op.place.file},
                          {"line", op.place.line},
                          {"column", op.place.column},
                          {"function", op.place.function},
                          {"source", op.place.source},
                          {"instructions", op.instructions},
                          {"order_varies", op.order_varies},
                          {"orders", std::move(slots)}});
  }
  const auto& e = r.unchanged.exploration;
  Json options = Json::object();
  for (const auto& [key, value] : r.session.run.changed()) options[key] = value;
  const Json document = {{"heddle_weaken", 1},
                         {"program", r.session.program},
                         {"arguments", r.session.arguments},
                         {"options", std::move(options)},
                         {"model", e.model},
                         {"executions", e.executions},
                         {"complete", e.complete},
                         {"blocked", e.blocked},
                         {"seconds", e.elapsed_seconds},
                         {"operations", std::move(operations)},
                         {"joint", joint_json(r)},
                         {"library_instructions", r.list.library},
                         {"attempts", r.result.attempts},
                         {"decided", count(r.result, AttemptOutcome::undecided) == 0}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace heddle::cli
