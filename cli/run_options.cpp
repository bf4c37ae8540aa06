#include "cli/run_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "cli/duration.hpp"

namespace heddle::cli {
namespace {

struct Key {
  std::string_view name;
  std::string_view values;  // "|a|b|" for words, "#" for numbers, "+a|b|" for words with commas, "" for text
  std::string_view preset;
  bool from_environment = true;
};
// The table of docs/run-protocol.md.
constexpr std::array<Key, 39> keys = {{
    {"run", "|none|check|replay|", "none", false},
    {"result", "", "", false},
    {"token", "", "", false},
    {"fuzz", "", "", false},
    {"input", "", "", false},
    {"save", "", "", false},
    {"resume", "", "", false},
    {"strategy", "|default|random_walk|pct|pos|surw|urw|rff|bounded|portfolio|exhaustive|bytes|", "default"},
    {"model", "|rc11|sc|tso|", "rc11"},
    {"seed", "#", "1"},
    {"budget_ms", "#", "10000"},
    {"max_executions", "#", "0"},
    {"max_events", "#", "10000000"},
    {"max_memory", "#", "1024"},
    {"max_threads", "#", "256"},
    {"pct_depth", "#", "3"},
    {"preemptions", "#", "4294967295"},
    {"jobs", "#", "1"},
    {"shard", "#", "1", false},
    {"shards", "#", "1", false},
    {"keep_going", "|0|1|", "0"},
    {"minimize", "|0|1|", "1"},
    {"why", "|0|1|", "1"},
    {"trace", "|0|1|", "0"},
    {"stops", "|0|1|", "0", false},
    {"isolation", "|auto|none|fork|", "auto"},
    {"leaks", "|0|1|", "0"},
    {"spurious", "|0|1|", "0"},
    {"reductions", "|0|1|", "1"},
    {"no_reduction", "+mutexes|barriers|symmetry|spins|unread|rmws|", ""},
    {"recall", "|auto|0|1|instrumented|", "auto"},
    {"recall_after", "#", "500"},
    {"unread_stores", "|0|1|", "0"},
    {"symmetric_threads", "|0|1|", "0"},
    {"races", "|report|ignore|", "report"},
    {"uninitialized", "|report|used|plain|ignore|", "report"},
    {"plain_points", "|0|1|", "0"},
    {"order_sites", "|0|1|", "0", false},
    {"order_at", "", ""},
}};

const Key* find_key(std::string_view name) {
  const auto found = std::ranges::find(keys, name, &Key::name);
  return found == keys.end() ? nullptr : &*found;
}

std::string escaped(std::string_view value) {
  std::string result;
  for (const char c : value) {
    if (c == ':' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::vector<std::string> split_unescaped(std::string_view text) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      parts.back() += text[++i];
    } else if (text[i] == ':') {
      parts.emplace_back();
    } else {
      parts.back() += text[i];
    }
  }
  return parts;
}

}  // namespace

std::string why_not_allowed(std::string_view key, std::string_view value) {
  const Key* known = find_key(key);
  if (known == nullptr) return "is not an option of Heddle";
  if (known->values == "#") {
    std::uint64_t number = 0;
    const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), number);
    return failed == std::errc() && end == value.data() + value.size() ? "" : "must be a number";
  }
  if (known->values.empty()) return "";
  const bool list = known->values.front() == '+';
  if (const std::size_t comma = value.find(','); list && comma != std::string_view::npos) {
    const std::string first = why_not_allowed(key, value.substr(0, comma));
    return first.empty() ? why_not_allowed(key, value.substr(comma + 1)) : first;
  }
  if (!value.empty() && value.find('|') == std::string_view::npos &&
      fmt::format("|{}", known->values.substr(1)).find(fmt::format("|{}|", value)) !=
          std::string_view::npos) {
    return "";
  }
  std::string words(known->values.substr(1, known->values.size() - 2));
  for (std::size_t at = 0; (at = words.find('|', at)) != std::string::npos;) words.replace(at, 1, ", ");
  return (list ? "must be names, separated by commas, out of " : "must be one of ") + words;
}

void RunOptions::set(std::string_view key, std::string value) {
  const auto known = std::ranges::find(pairs_, key, [](const auto& p) { return std::string_view(p.first); });
  if (known == pairs_.end()) {
    pairs_.emplace_back(key, std::move(value));
  } else {
    known->second = std::move(value);
  }
}

bool RunOptions::has(std::string_view key) const {
  return std::ranges::any_of(pairs_, [&](const auto& p) { return p.first == key; });
}

std::string RunOptions::get(std::string_view key) const {
  for (const auto& [name, value] : pairs_) {
    if (name == key) return value;
  }
  const Key* known = find_key(key);
  return known == nullptr ? "" : std::string(known->preset);
}

void RunOptions::add_environment(std::string_view text, std::vector<std::string>& warnings) {
  for (const std::string& pair : split_unescaped(text)) {
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    std::string name = pair.substr(0, equals);
    std::string value = equals == std::string::npos ? "" : pair.substr(equals + 1);
    if (name == "budget") {
      const auto ms = parse_duration_ms(value);
      name = "budget_ms";
      value = ms ? std::to_string(*ms) : value;
    }
    const Key* known = find_key(name);
    if (known == nullptr) {
      warnings.push_back(fmt::format("HEDDLE_OPTIONS: unknown option '{}' is ignored", name));
    } else if (!known->from_environment) {
      warnings.push_back(
          fmt::format("HEDDLE_OPTIONS: '{}' is set by the command itself and is ignored", name));
    } else if (const std::string wrong = why_not_allowed(name, value); !wrong.empty()) {
      warnings.push_back(fmt::format("HEDDLE_OPTIONS: '{}' {}; it is ignored", pair, wrong));
    } else if (!has(name)) {
      set(name, std::move(value));
    }
  }
}

std::string RunOptions::encode() const {
  std::string result;
  for (const auto& [name, value] : pairs_) {
    if (!result.empty()) result += ':';
    result += name + "=" + escaped(value);
  }
  return result;
}

std::vector<std::pair<std::string, std::string>> RunOptions::changed() const {
  std::vector<std::pair<std::string, std::string>> result;
  for (const auto& pair : pairs_) {
    const Key* known = find_key(pair.first);
    if (known != nullptr && known->from_environment && pair.second != known->preset) result.push_back(pair);
  }
  return result;
}

}  // namespace heddle::cli
