#include "checker/litmus/parse.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace heddle::litmus {
namespace {

using json = nlohmann::json;
using kernel::Order;
using Kind = Instruction::Kind;

Order order_of(const std::string& text) {
  if (text == "rlx" || text == "na") return Order::relaxed;
  if (text == "acq") return Order::acquire;
  if (text == "rel") return Order::release;
  if (text == "acq_rel" || text == "ar") return Order::acq_rel;
  if (text == "sc") return Order::seq_cst;
  throw std::runtime_error("unknown memory order \"" + text + "\"");
}

class ThreadParser {
 public:
  ThreadParser(Program& program, std::map<std::string, int>& locations)
      : program_(program), locations_(locations) {}

  void parse(const json& ops) {
    for (const json& op : ops) add(op);
  }
  std::vector<Instruction> code;
  std::map<std::string, int> registers;
  std::vector<std::pair<int, std::int64_t>> initial;

  int reg(const std::string& name) {
    return registers.emplace(name, static_cast<int>(registers.size())).first->second;
  }

 private:
  int location(const json& op) const {
    const auto found = locations_.find(op.at("loc").get<std::string>());
    if (found == locations_.end()) throw std::runtime_error("unknown location " + op.at("loc").dump());
    return found->second;
  }

  void operand(Instruction& i, const json& value) {
    if (value.is_number()) {
      i.operand = value.get<std::int64_t>();
      return;
    }
    i.operand_register = reg(value.at("reg").get<std::string>());
    i.operand = value.value("add", std::int64_t{0});
    i.operand_uses_value = !value.value("false_dep", false);
  }

  void add(const json& op) {
    const std::string kind = op.at("op");
    Instruction i;
    if (kind == "if") {
      const json& cond = op.at("cond");
      i.kind = Kind::branch;
      i.result = reg(cond.at("reg"));
      i.expected = cond.at("value");
      i.branch_if_equal = cond.at("cmp") == "eq";
      const std::size_t branch = code.size();
      code.push_back(i);
      parse(op.at("then"));
      if (op.contains("else")) {
        const std::size_t jump = code.size();
        Instruction j;
        j.kind = Kind::jump;
        code.push_back(j);
        code[branch].target = static_cast<int>(code.size());
        parse(op.at("else"));
        code[jump].target = static_cast<int>(code.size());
      } else {
        code[branch].target = static_cast<int>(code.size());
      }
      return;
    }
    if (kind == "fence") {
      i.kind = Kind::fence;
      i.order = order_of(op.at("order"));
      code.push_back(i);
      return;
    }
    i.location = location(op);
    if (kind == "load") {
      i.kind = op.at("order") == "na" ? Kind::plain_load : Kind::load;
      i.order = order_of(op.at("order"));
      i.result = reg(op.at("reg"));
    } else if (kind == "store") {
      i.kind = op.at("order") == "na" ? Kind::plain_store : Kind::store;
      i.order = order_of(op.at("order"));
      operand(i, op.at("value"));
    } else if (kind == "rmw") {
      i.kind = Kind::rmw;
      i.order = i.failure_order = order_of(op.at("order"));
      operand(i, op.at("value"));
      if (op.contains("reg")) i.result = reg(op.at("reg"));
      i.update = update_of(op.at("kind"));
      i.commutes = sort_of(op.at("kind"));
    } else if (kind == "cas") {
      i.kind = Kind::compare_exchange;
      i.order = order_of(op.at("succ"));
      i.failure_order = order_of(op.at("fail"));
      i.expected = op.at("expected");
      operand(i, op.at("desired"));
      if (op.contains("reg")) i.result = reg(op.at("reg"));
      if (op.contains("old")) {
        i.old_result = reg(op.at("old"));
        initial.emplace_back(i.old_result, i.expected);
      }
      i.update = kernel::update_compare_exchange<std::uint64_t>;
    } else {
      throw std::runtime_error("unknown operation \"" + kind + "\"");
    }
    code.push_back(i);
  }

  static kernel::Commutes sort_of(const std::string& kind) {
    if (kind == "add" || kind == "sub") return kernel::Commutes::add;
    if (kind == "or") return kernel::Commutes::bit_or;
    if (kind == "xor") return kernel::Commutes::bit_xor;
    return kind == "and" ? kernel::Commutes::bit_and : kernel::Commutes::no;
  }
  static kernel::Update update_of(const std::string& kind) {
    if (kind == "xchg") return kernel::update_exchange<std::uint64_t>;
    if (kind == "add") return kernel::update_add<std::uint64_t>;
    if (kind == "sub") return kernel::update_sub<std::uint64_t>;
    if (kind == "or") return kernel::update_or<std::uint64_t>;
    if (kind == "xor") return kernel::update_xor<std::uint64_t>;
    if (kind == "and") return kernel::update_and<std::uint64_t>;
    throw std::runtime_error("unknown rmw kind \"" + kind + "\"");
  }

  Program& program_;
  std::map<std::string, int>& locations_;
};

void expected_results(const json& test, Expected& out) {
  // C++20's release sequences are ours; where they differ from the recorded model's, the variant is the
  // expectation.
  const json* source = &test;
  if (test.contains("variants") && test["variants"].contains("c20rs") &&
      test["variants"]["c20rs"].is_object()) {
    source = &test["variants"]["c20rs"];
  }
  const auto member = [&](const char* name) -> const json& {
    return source->contains(name) ? source->at(name) : test.at(name);
  };
  for (const json& row : member("states")) out.states.insert(row.get<std::vector<std::int64_t>>());
  out.racy_known = source->contains("racy") || test.contains("racy");
  if (out.racy_known) out.racy = member("racy").get<bool>();
  const json& executions = member("executions");
  out.executions_known = executions.is_number();
  if (out.executions_known) out.executions = executions.get<std::uint64_t>();
}

}  // namespace

Program parse(std::string_view line) {
  const json test = json::parse(line, nullptr, false);
  if (test.is_discarded()) throw std::runtime_error("not a JSON object");
  try {
    Program program;
    program.name = test.at("name");
    program.model = test.value("model", "rc11");
    std::map<std::string, int> locations;
    for (const auto& [name, location] : test.at("locs").items()) {
      locations.emplace(name, static_cast<int>(program.locations.size()));
      program.locations.push_back(name);
      program.initial.push_back(location.value("init", std::int64_t{0}));
    }
    std::vector<std::map<std::string, int>> registers;
    for (const json& ops : test.at("threads")) {
      ThreadParser thread(program, locations);
      thread.parse(ops);
      registers.push_back(thread.registers);
      program.threads.push_back(std::move(thread.code));
      program.register_initial.push_back(std::move(thread.initial));
    }
    for (const json& variable : test.at("state_vars")) {
      const std::string name = variable;
      const std::size_t colon = name.find(':');
      if (colon == std::string::npos) {
        if (!locations.contains(name)) throw std::runtime_error("unknown state variable " + name);
        program.columns.push_back({-1, locations[name]});
        continue;
      }
      const auto t = static_cast<std::size_t>(std::stoul(name.substr(0, colon)));
      if (t >= registers.size()) throw std::runtime_error("unknown state variable " + name);
      auto& of_thread = registers[t];
      const int index =
          of_thread.emplace(name.substr(colon + 1), static_cast<int>(of_thread.size())).first->second;
      program.columns.push_back({static_cast<int>(t), index});
    }
    for (const auto& of_thread : registers) program.registers.push_back(static_cast<int>(of_thread.size()));
    expected_results(test, program.expected);
    return program;
  } catch (const json::exception& e) {
    throw std::runtime_error(e.what());
  }
}

}  // namespace heddle::litmus
