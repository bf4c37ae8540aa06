#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "tests/oracle/vector.hpp"

namespace heddle::oracle {
namespace {

using nlohmann::json;

template <class Enum>
Enum lookup(const std::map<std::string, Enum>& names, const json& name) {
  const auto found = names.find(name.get<std::string>());
  if (found == names.end()) throw std::invalid_argument("unknown name " + name.dump());
  return found->second;
}

Order parse_order(const json& name) {
  static const std::map<std::string, Order> orders = {{"na", Order::na},   {"rlx", Order::rlx},
                                                      {"acq", Order::acq}, {"rel", Order::rel},
                                                      {"sc", Order::sc},   {"acq_rel", Order::acq_rel}};
  return lookup(orders, name);
}

RmwKind parse_kind(const json& name) {
  static const std::map<std::string, RmwKind> kinds = {{"xchg", RmwKind::xchg},   {"add", RmwKind::add},
                                                       {"sub", RmwKind::sub},     {"or", RmwKind::bit_or},
                                                       {"xor", RmwKind::bit_xor}, {"and", RmwKind::bit_and}};
  return lookup(kinds, name);
}

std::size_t find_location(const std::vector<Location>& locations, const json& name) {
  const auto found =
      std::find_if(locations.begin(), locations.end(), [&](const Location& l) { return l.name == name; });
  if (found == locations.end()) throw std::invalid_argument("unknown location " + name.dump());
  return static_cast<std::size_t>(found - locations.begin());
}

class ThreadParser {
 public:
  explicit ThreadParser(const std::vector<Location>& locations) : locations_(locations) {}

  Thread parse(const json& operations) {
    thread_.body = parse_block(operations);
    return std::move(thread_);
  }

 private:
  Block parse_block(const json& operations) {
    Block block;
    for (const json& operation : operations) block.push_back(parse_operation(operation));
    return block;
  }

  Operation parse_operation(const json& in) {
    const auto op = in.at("op").get<std::string>();
    if (op == "load") return {Load{location(in), parse_order(in.at("order")), register_named(in.at("reg"))}};
    if (op == "store")
      return {Store{location(in), parse_order(in.at("order")), parse_expression(in.at("value"))}};
    if (op == "fence") return {Fence{parse_order(in.at("order"))}};
    if (op == "if") return parse_if(in);
    if (op == "rmw") {
      const Expression value = parse_expression(in.at("value"));
      Rmw rmw{parse_kind(in.at("kind")), location(in), parse_order(in.at("order")), value, std::nullopt};
      if (in.contains("reg")) rmw.reg = register_named(in.at("reg"));
      return {rmw};
    }
    if (op == "cas") {
      const Expression desired = parse_expression(in.at("desired"));
      const Value expected = in.at("expected").get<Value>();
      const std::size_t reg = register_named(in.at("reg"));
      const std::size_t old = register_named(in.at("old"), expected);
      return {Cas{location(in), expected, desired, parse_order(in.at("succ")), parse_order(in.at("fail")),
                  reg, old}};
    }
    throw std::invalid_argument("unknown operation " + op);
  }

  Operation parse_if(const json& in) {
    const json& condition = in.at("cond");
    const auto compare = condition.at("cmp").get<std::string>();
    if (compare != "eq" && compare != "ne") throw std::invalid_argument("unknown comparison " + compare);
    If branch{
        register_named(condition.at("reg")), compare == "eq", condition.at("value").get<Value>(), {}, {}};
    branch.then_block = parse_block(in.at("then"));
    if (in.contains("else")) branch.else_block = parse_block(in.at("else"));
    return {std::move(branch)};
  }

  Expression parse_expression(const json& in) {
    if (in.is_number_integer()) return {std::nullopt, false, in.get<Value>()};
    return {register_named(in.at("reg")), in.value("false_dep", false), in.value("add", Value{0})};
  }

  std::size_t location(const json& in) const { return find_location(locations_, in.at("loc")); }

  std::size_t register_named(const json& name, Value initial = 0) {
    const auto text = name.get<std::string>();
    const auto found = std::find(thread_.registers.begin(), thread_.registers.end(), text);
    if (found != thread_.registers.end()) return static_cast<std::size_t>(found - thread_.registers.begin());
    thread_.registers.push_back(text);
    thread_.initial_registers.push_back(initial);
    return thread_.registers.size() - 1;
  }

  const std::vector<Location>& locations_;
  Thread thread_;
};

Program parse_program(const json& in) {
  Program program;
  program.name = in.at("name").get<std::string>();
  program.family = in.at("family").get<std::string>();
  for (const auto& [name, location] : in.at("locs").items()) {
    program.locations.push_back({name, location.at("kind") == "atomic", location.at("init").get<Value>()});
  }
  for (const json& operations : in.at("threads")) {
    program.threads.push_back(ThreadParser(program.locations).parse(operations));
  }

  std::map<std::string, StateVariable> columns;
  std::vector<std::string> names;
  for (const StateVariable variable : state_variables(program)) {
    names.push_back(name_of(program, variable));
    columns.emplace(names.back(), variable);
  }
  if (in.at("state_vars").get<std::vector<std::string>>() != names) {
    throw std::invalid_argument(program.name +
                                ": state_vars are not the registers and locations of the program");
  }
  for (const json& term : in.at("exists")) {
    program.exists.emplace_back(lookup(columns, term.at(0)), term.at(1).get<Value>());
  }
  return program;
}

RecordedResult parse_result(const json& in) {
  RecordedResult result;
  result.states = in.at("states").get<std::set<std::vector<Value>>>();
  result.executions = in.at("executions").get<std::uint64_t>();
  result.positive = in.at("positive").get<std::uint64_t>();
  if (in.contains("racy")) result.racy = in.at("racy").get<bool>();
  return result;
}

}  // namespace

TestVector parse_vector(std::string_view line) {
  const json in = json::parse(line);
  TestVector vector{parse_program(in), in.at("model").get<std::string>(), parse_result(in), parse_result(in),
                    false};
  const json variants = in.value("variants", json::object());
  if (const auto variant = variants.find("c20rs"); variant != variants.end()) {
    vector.cpp20_unknown = variant->is_string();
    if (!vector.cpp20_unknown) vector.cpp20 = parse_result(*variant);
  }
  return vector;
}

std::vector<TestVector> read_vectors(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<TestVector> vectors;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (line.empty()) continue;
    try {
      vectors.push_back(parse_vector(line));
    } catch (const std::exception& error) {
      throw std::invalid_argument(path + ":" + std::to_string(number) + ": " + error.what());
    }
  }
  return vectors;
}

}  // namespace heddle::oracle
