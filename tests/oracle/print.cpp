#include <nlohmann/json.hpp>

#include "tests/oracle/vector.hpp"

namespace heddle::oracle {
namespace {

using json = nlohmann::ordered_json;

const char* name_of(Order order) {
  static constexpr const char* names[] = {"na", "rlx", "acq", "rel", "acq_rel", "sc"};
  return names[static_cast<std::size_t>(order)];
}

const char* name_of(RmwKind kind) {
  static constexpr const char* names[] = {"xchg", "add", "sub", "or", "xor", "and"};
  return names[static_cast<std::size_t>(kind)];
}

class ThreadPrinter {
 public:
  ThreadPrinter(const Program& program, const Thread& thread) : program_(program), thread_(thread) {}

  json print(const Block& block) const {
    json out = json::array();
    for (const Operation& operation : block) {
      out.push_back(std::visit([this](const auto& action) { return print(action); }, operation.action));
    }
    return out;
  }

 private:
  json print(const Load& load) const {
    return {{"op", "load"},
            {"loc", location(load.location)},
            {"order", name_of(load.order)},
            {"reg", reg(load.reg)}};
  }

  json print(const Store& store) const {
    return {{"op", "store"},
            {"loc", location(store.location)},
            {"order", name_of(store.order)},
            {"value", print(store.value)}};
  }

  json print(const Rmw& rmw) const {
    json out = {{"op", "rmw"},
                {"kind", name_of(rmw.kind)},
                {"loc", location(rmw.location)},
                {"order", name_of(rmw.order)},
                {"value", print(rmw.value)}};
    if (rmw.reg) out["reg"] = reg(*rmw.reg);
    return out;
  }

  json print(const Cas& cas) const {
    return {{"op", "cas"},
            {"loc", location(cas.location)},
            {"expected", cas.expected},
            {"desired", print(cas.desired)},
            {"succ", name_of(cas.success)},
            {"fail", name_of(cas.failure)},
            {"reg", reg(cas.reg)},
            {"old", reg(cas.old)}};
  }

  json print(const Fence& fence) const { return {{"op", "fence"}, {"order", name_of(fence.order)}}; }

  json print(const If& branch) const {
    json out = {
        {"op", "if"},
        {"cond", {{"reg", reg(branch.reg)}, {"cmp", branch.equal ? "eq" : "ne"}, {"value", branch.value}}},
        {"then", print(branch.then_block)}};
    if (!branch.else_block.empty()) out["else"] = print(branch.else_block);
    return out;
  }

  json print(const Expression& expression) const {
    if (!expression.reg) return expression.constant;
    json out = {{"reg", reg(*expression.reg)}};
    if (expression.false_dependency) out["false_dep"] = true;
    if (expression.false_dependency || expression.constant != 0) out["add"] = expression.constant;
    return out;
  }

  const std::string& location(std::size_t index) const { return program_.locations[index].name; }
  const std::string& reg(std::size_t index) const { return thread_.registers[index]; }

  const Program& program_;
  const Thread& thread_;
};

const char* observation(const Outcome& outcome) {
  if (outcome.positive == 0) return "Never";
  return outcome.positive == outcome.executions ? "Always" : "Sometimes";
}

}  // namespace

std::string print_vector(const Program& program, std::string_view model, const Outcome& outcome) {
  json out;
  out["name"] = program.name;
  out["family"] = program.family;
  out["nthreads"] = program.threads.size();
  out["nops"] = count_operations(program);
  out["locs"] = json::object();
  for (const Location& location : program.locations) {
    out["locs"][location.name] = {{"kind", location.atomic ? "atomic" : "na"}, {"init", location.initial}};
  }
  if (mixes_atomic_and_plain(program)) out["mixed_na_atomic"] = true;
  out["threads"] = json::array();
  for (const Thread& thread : program.threads) {
    out["threads"].push_back(ThreadPrinter(program, thread).print(thread.body));
  }
  out["exists"] = json::array();
  for (const auto& [variable, value] : program.exists) {
    out["exists"].push_back(json::array({name_of(program, variable), value}));
  }
  out["state_vars"] = json::array();
  for (const StateVariable variable : state_variables(program))
    out["state_vars"].push_back(name_of(program, variable));
  out["states"] = outcome.states;
  out["nstates"] = outcome.states.size();
  out["executions"] = outcome.executions;
  out["positive"] = outcome.positive;
  out["negative"] = outcome.executions - outcome.positive;
  out["observation"] = observation(outcome);
  out["racy"] = outcome.racy;
  out["model"] = model;
  out["variants"] = json::object();
  return out.dump();
}

}  // namespace heddle::oracle
