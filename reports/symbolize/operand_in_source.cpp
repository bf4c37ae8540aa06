#include <algorithm>
#include <array>
#include <regex>
#include <set>
#include <string>
#include <string_view>

#include "reports/symbolize/object_names.hpp"

namespace heddle::report {
namespace {

using Text = std::match_results<std::string_view::const_iterator>;
using Matches = std::regex_iterator<std::string_view::const_iterator>;

// A name with members and subscripts: `queue.head`, `this->nodes[i]`, `detail::flag`, `forks[(i + 1) % n]`.
constexpr const char* operand = R"(((?:\*\s*)?[A-Za-z_]\w*(?:\[[^\]]*\]|(?:\.|->|::)[A-Za-z_]\w*)*))";

struct Word {
  std::string_view method;  // as C++ spells it
  std::string_view call;    // part of the recorded call's name
};
constexpr std::array<Word, 24> words = {{
    {"load", "load"},
    {"store", "store"},
    {"exchange", "exchange"},
    {"fetch_add", "add"},
    {"fetch_sub", "sub"},
    {"fetch_and", "and"},
    {"fetch_or", "or"},
    {"fetch_xor", "xor"},
    {"compare_exchange_weak", "compare_exchange"},
    {"compare_exchange_strong", "compare_exchange"},
    {"test_and_set", "exchange"},
    {"clear", "store"},
    {"test", "load"},
    {"lock", "lock"},
    {"unlock", "unlock"},
    {"try_lock", "trylock"},
    {"lock_shared", "rdlock"},
    {"unlock_shared", "unlock"},
    {"wait", "wait"},
    {"notify_one", "signal"},
    {"notify_all", "broadcast"},
    {"acquire", "wait"},
    {"release", "post"},
    {"try_acquire", "trywait"},
}};

bool fits(std::string_view method, std::string_view call) {
  return std::ranges::any_of(words, [&](const Word& w) {
    return w.method == method &&
           (call.find(w.call) != std::string_view::npos || call.find(method) != std::string_view::npos);
  });
}

std::string tidy(std::string expression) {
  if (expression.starts_with("this->")) expression.erase(0, 6);
  return expression;
}

// `m.lock()`, `node->next.store(...)`: those whose method the call is, else those that are any
// synchronisation.
std::set<std::string> of_methods(std::string_view line, std::string_view call) {
  static const std::regex pattern(std::string(operand) + R"((?:\.|->)([a-z_]+)\s*\()");
  std::set<std::string> fitting;
  for (Matches m(line.begin(), line.end(), pattern); m != Matches(); ++m) {
    const std::string method = (*m)[2].str();
    if (fits(method, call)) fitting.insert(tidy((*m)[1].str()));
  }
  return fitting;
}

// `pthread_mutex_lock(&m)`, `atomic_store_explicit(&x, ...)`, `__atomic_load_n(&x, ...)`.
std::set<std::string> of_functions(std::string_view line, std::string_view call) {
  static const std::regex pattern(R"(([A-Za-z_]\w*)\s*\(\s*&\s*)" + std::string(operand));
  std::set<std::string> result;
  for (Matches m(line.begin(), line.end(), pattern); m != Matches(); ++m) {
    const std::string function = (*m)[1].str();
    if (function.find(call) != std::string::npos) result.insert(tidy((*m)[2].str()));
  }
  return result;
}

// `std::lock_guard<std::mutex> guard(m);`, `std::unique_lock lock{queue.mutex};`
std::set<std::string> of_guards(std::string_view line, std::string_view call) {
  if (call.find("lock") == std::string_view::npos) return {};
  static const std::regex pattern(
      R"((?:lock_guard|unique_lock|scoped_lock|shared_lock)\b\s*(?:<.*>)?\s*\w*\s*[({]\s*)" +
      std::string(operand) + R"(\s*[,)}])");
  std::set<std::string> result;
  for (Matches m(line.begin(), line.end(), pattern); m != Matches(); ++m) result.insert(tidy((*m)[1].str()));
  return result;
}

// `data = 42;`, `counter++;`, `++counter;`, `total += n;`
std::set<std::string> of_assignments(std::string_view line) {
  static const std::regex assigned("^" + std::string(operand) +
                                   R"(\s*(?:=[^=]|\+\+|--|[-+*/|&^%]=|<<=|>>=))");
  static const std::regex incremented(R"(^(?:\+\+|--)\s*)" + std::string(operand) + R"(\s*;)");
  Text found;
  if (std::regex_search(line.begin(), line.end(), found, assigned) ||
      std::regex_search(line.begin(), line.end(), found, incremented)) {
    return {tidy(found[1].str())};
  }
  return {};
}

}  // namespace

std::string operand_in_source(std::string_view line, std::string_view call) {
  if (line.empty() || line.size() > 500) return "";
  std::set<std::string> found = of_methods(line, call);
  if (found.empty()) found = of_functions(line, call);
  if (found.empty()) found = of_guards(line, call);
  const bool may_assign = call.find("write") != std::string_view::npos || call.starts_with("atomic");
  if (found.empty() && may_assign) found = of_assignments(line);
  return found.size() == 1 ? *found.begin() : "";
}

}  // namespace heddle::report
