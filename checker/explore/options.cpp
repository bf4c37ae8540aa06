#include "checker/explore/options.hpp"

#include <cstddef>
#include <limits>

namespace heddle::explore {
namespace {

// One unescaped "key=value" pair. Values are at most as long as the longest option (a token).
struct Pair {
  char key[32];
  char value[sizeof Options::token];
};

bool same(const char* a, const char* b) {
  for (; *a != '\0' && *a == *b; ++a, ++b) {
  }
  return *a == *b;
}

bool parse_number(const char* text, std::uint64_t most, std::uint64_t& out) {
  std::uint64_t number = 0;
  if (*text == '\0') return false;
  for (; *text != '\0'; ++text) {
    if (*text < '0' || *text > '9') return false;
    const auto digit = static_cast<std::uint64_t>(*text - '0');
    if (number > (most - digit) / 10) return false;
    number = number * 10 + digit;
  }
  out = number;
  return true;
}

template <class Unsigned>
const char* set_number(const char* text, Unsigned& out) {
  std::uint64_t number = 0;
  if (!parse_number(text, std::numeric_limits<Unsigned>::max(), number)) return "not a number, or too large";
  out = static_cast<Unsigned>(number);
  return nullptr;
}

const char* set_flag(const char* text, bool& out) {
  if (same(text, "1")) {
    out = true;
  } else if (same(text, "0")) {
    out = false;
  } else {
    return "must be 0 or 1";
  }
  return nullptr;
}

template <std::size_t bytes>
const char* set_text(const char* text, char (&out)[bytes]) {
  std::size_t i = 0;
  for (; text[i] != '\0'; ++i) {
    if (i + 1 == bytes) return "too long";
    out[i] = text[i];
  }
  out[i] = '\0';
  return nullptr;
}

template <class Enum>
struct Name {
  const char* text;
  Enum value;
};
template <class Enum, std::size_t count>
const char* set_name(const char* text, const Name<Enum> (&names)[count], Enum& out) {
  for (const Name<Enum>& name : names) {
    if (same(text, name.text)) {
      out = name.value;
      return nullptr;
    }
  }
  return "unknown value";
}

constexpr Name<Run> runs[] = {{"none", Run::none}, {"check", Run::check}, {"replay", Run::replay}};
constexpr Name<Search> strategies[] = {{"default", Search::automatic},
                                       {"random_walk", Search::random_walk},
                                       {"pct", Search::pct},
                                       {"pos", Search::pos},
                                       {"surw", Search::surw},
                                       {"urw", Search::urw},
                                       {"rff", Search::rff},
                                       {"bounded", Search::bounded},
                                       {"portfolio", Search::portfolio},
                                       {"exhaustive", Search::exhaustive},
                                       {"bytes", Search::bytes}};
constexpr Name<ModelName> models[] = {
    {"rc11", ModelName::rc11}, {"sc", ModelName::sc}, {"tso", ModelName::tso}};
constexpr Name<Isolation> isolations[] = {
    {"auto", Isolation::automatic}, {"none", Isolation::none}, {"fork", Isolation::fork}};
constexpr Name<Uninitialized> uninitialized[] = {{"report", Uninitialized::atomics},
                                                 {"used", Uninitialized::used},
                                                 {"plain", Uninitialized::plain},
                                                 {"ignore", Uninitialized::ignore}};
// "auto" is for the command to decide, which sees the whole program.
constexpr Name<bool> recalls[] = {{"auto", false}, {"0", false}, {"1", true}, {"instrumented", true}};
constexpr Name<bool> reports[] = {{"report", true}, {"ignore", false}};

const char* apply(const Pair& pair, Options& out) {
  const char* value = pair.value;
  if (same(pair.key, "run")) return set_name(value, runs, out.run);
  if (same(pair.key, "result")) return set_text(value, out.result);
  if (same(pair.key, "save")) return set_text(value, out.save);
  if (same(pair.key, "resume")) return set_text(value, out.resume);
  if (same(pair.key, "strategy")) return set_name(value, strategies, out.strategy);
  if (same(pair.key, "model")) return set_name(value, models, out.model);
  if (same(pair.key, "fuzz")) return set_text(value, out.fuzz);
  if (same(pair.key, "input")) return set_text(value, out.input);
  if (same(pair.key, "seed")) return set_number(value, out.seed);
  if (same(pair.key, "budget_ms")) return set_number(value, out.budget_ms);
  if (same(pair.key, "max_executions")) return set_number(value, out.max_executions);
  if (same(pair.key, "max_events")) return set_number(value, out.max_events);
  if (same(pair.key, "max_memory")) return set_number(value, out.max_memory);
  if (same(pair.key, "max_threads")) return set_number(value, out.max_threads);
  if (same(pair.key, "recall")) return set_name(value, recalls, out.recall);
  if (same(pair.key, "recall_after")) return set_number(value, out.recall_after);
  if (same(pair.key, "pct_depth")) return set_number(value, out.pct_depth);
  if (same(pair.key, "preemptions")) return set_number(value, out.preemptions);
  if (same(pair.key, "jobs")) return set_number(value, out.jobs);
  if (same(pair.key, "shard")) return set_number(value, out.shard);
  if (same(pair.key, "shards")) return set_number(value, out.shards);
  if (same(pair.key, "keep_going")) return set_flag(value, out.keep_going);
  if (same(pair.key, "minimize")) return set_flag(value, out.minimize);
  if (same(pair.key, "stops")) return set_flag(value, out.stops);
  if (same(pair.key, "why")) return set_flag(value, out.why);
  if (same(pair.key, "token")) return set_text(value, out.token);
  if (same(pair.key, "trace")) return set_flag(value, out.trace);
  if (same(pair.key, "isolation")) return set_name(value, isolations, out.isolation);
  if (same(pair.key, "leaks")) return set_flag(value, out.leaks);
  if (same(pair.key, "spurious")) return set_flag(value, out.spurious);
  if (same(pair.key, "reductions")) return set_flag(value, out.reductions);
  if (same(pair.key, "no_reduction")) {
    return switch_off(value, out.allowed) ? nullptr : "names a reduction that does not exist";
  }
  if (same(pair.key, "unread_stores")) return set_flag(value, out.unread_stores);
  if (same(pair.key, "symmetric_threads")) return set_flag(value, out.symmetric_threads);
  if (same(pair.key, "races")) return set_name(value, reports, out.check_races);
  if (same(pair.key, "uninitialized")) return set_name(value, uninitialized, out.uninitialized);
  if (same(pair.key, "order_sites")) return set_flag(value, out.order_sites);
  if (same(pair.key, "order_at")) return set_text(value, out.order_at);
  if (same(pair.key, "plain_points")) return set_flag(value, out.plain_points);
  if (out.unknown_key[0] == '\0') set_text(pair.key, out.unknown_key);
  return nullptr;
}

// Reads one pair up to an unescaped ':' or the end; returns where it stopped, or null with `error` set.
const char* read_pair(const char* text, Pair& pair, const char*& error) {
  std::size_t length = 0;
  for (; *text != '=' && *text != ':' && *text != '\0'; ++text) {
    if (length + 1 < sizeof pair.key) pair.key[length++] = *text;
  }
  pair.key[length] = '\0';
  if (*text != '=') {
    error = "not of the form key=value";
    return nullptr;
  }
  ++text;
  for (length = 0; *text != ':' && *text != '\0'; ++text) {
    if (*text == '\\' && (text[1] == ':' || text[1] == '\\')) ++text;
    if (length + 1 == sizeof pair.value) {
      error = "too long";
      return nullptr;
    }
    pair.value[length++] = *text;
  }
  pair.value[length] = '\0';
  return text;
}

}  // namespace

const char* name_of(Uninitialized which) {
  for (const Name<Uninitialized>& name : uninitialized) {
    if (name.value == which) return name.text;
  }
  return "";
}

const char* parse_options(const char* text, Options& out, const char** where) {
  Pair pair;
  const char* error = nullptr;
  while (*text != '\0') {
    if (*text == ':') {
      ++text;
      continue;
    }
    *where = text;
    const char* const end = read_pair(text, pair, error);
    if (end == nullptr) return error;
    error = apply(pair, out);
    if (error != nullptr) return error;
    text = end;
  }
  if (out.run != Run::none && out.result[0] == '\0') {
    *where = "result";
    return "a result file is required";
  }
  if ((out.save[0] != '\0' || out.resume[0] != '\0') && out.strategy != Search::exhaustive) {
    *where = out.save[0] != '\0' ? "save" : "resume";
    return "only an exhaustive search can be saved and resumed";
  }
  if (out.shard < 1 || out.shard > out.shards) {
    *where = "shard";
    return "shards are numbered from 1 to their number";
  }
  if (out.shards > 1 && (out.strategy != Search::exhaustive || out.jobs > 1)) {
    *where = "shards";
    return "only an exhaustive search by one process can be cut into shards";
  }
  if (out.run == Run::replay && out.token[0] == '\0') {
    *where = "token";
    return "a replay needs a token";
  }
  return nullptr;
}

}  // namespace heddle::explore
