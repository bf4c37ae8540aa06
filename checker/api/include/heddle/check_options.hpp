// How a check searches and what an execution may do. The defaults are those of `heddle check`.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace heddle {

enum class Strategy : std::uint8_t { automatic, random_walk, pct, pos, surw, urw, rff, exhaustive };
enum class MemoryModel : std::uint8_t { rc11, sc };
enum class Isolation : std::uint8_t { automatic, none, fork };

struct CheckOptions {
  // What --heddle_check= and reports call the check. Empty: the GoogleTest test it is in, else FILE:LINE.
  std::string name;

  // Which executions are looked at.
  Strategy strategy = Strategy::automatic;
  std::chrono::milliseconds budget{10'000};  // of wall time; 0: none
  std::uint64_t max_executions = 0;          // 0: no bound
  std::uint64_t seed = 1;
  std::uint32_t pct_depth = 3;
  bool keep_going = false;  // collect every bug instead of stopping at the first
  bool minimize = true;     // shorten the schedule of a bug
  bool why = true;          // try executions that differ from it: chances, a passing one, fixes
  bool reductions = true;   // of the exhaustive search

  // What an execution may do.
  MemoryModel model = MemoryModel::rc11;
  Isolation isolation = Isolation::automatic;
  std::uint64_t max_events = 10'000'000;  // operations; an execution with more is cut
  std::uint32_t max_threads = 256;
  bool check_races = true;
  bool leaks = false;         // memory the body allocated and left
  bool spurious = false;      // waits wake, weak compare-exchanges fail
  bool plain_points = false;  // threads switch at plain accesses too

  // Options without a member here, as docs/run-protocol.md spells them: "key=value:key=value". They win over
  // the members; the environment variable HEDDLE_OPTIONS of the process wins over both.
  std::string more;

  // All of it as docs/run-protocol.md spells it.
  std::string encode() const;
};

inline std::string CheckOptions::encode() const {
  static constexpr const char* strategies[] = {"default", "random_walk", "pct", "pos",
                                               "surw",    "urw",         "rff", "exhaustive"};
  static constexpr const char* isolations[] = {"auto", "none", "fork"};
  std::string text;
  const auto add = [&text](const char* key, const std::string& value) {
    if (!text.empty()) text += ':';
    text += key;
    text += '=';
    text += value;
  };
  const auto add_flag = [&add](const char* key, bool value) { add(key, value ? "1" : "0"); };
  add("strategy", strategies[static_cast<std::size_t>(strategy)]);
  add("budget_ms", std::to_string(budget.count() < 0 ? 0 : budget.count()));
  add("max_executions", std::to_string(max_executions));
  add("seed", std::to_string(seed));
  add("pct_depth", std::to_string(pct_depth));
  add_flag("keep_going", keep_going);
  add_flag("minimize", minimize);
  add_flag("why", why);
  add_flag("reductions", reductions);
  add("model", model == MemoryModel::sc ? "sc" : "rc11");
  add("isolation", isolations[static_cast<std::size_t>(isolation)]);
  add("max_events", std::to_string(max_events));
  add("max_threads", std::to_string(max_threads));
  add("races", check_races ? "report" : "ignore");
  add_flag("leaks", leaks);
  add_flag("spurious", spurious);
  add_flag("plain_points", plain_points);
  return more.empty() ? text : text + ':' + more;
}

}  // namespace heddle
