// Options of one run, as the run protocol carries them (docs/run-protocol.md).
#pragma once

#include <cstdint>

#include "checker/explore/reductions.hpp"

namespace heddle::explore {

enum class Run : std::uint8_t { none, check, replay };
enum class Search : std::uint8_t {
  automatic,
  random_walk,
  pct,
  pos,
  surw,
  urw,
  rff,
  bounded,
  portfolio,
  exhaustive,
  bytes
};
enum class ModelName : std::uint8_t { rc11, sc, tso };
enum class Isolation : std::uint8_t { automatic, none, fork };

// Which reads of what nobody has written are findings.
enum class Uninitialized : std::uint8_t { ignore, atomics, used, plain };

class InputSource;

struct Options {
  Run run = Run::none;
  Search strategy = Search::automatic;
  ModelName model = ModelName::rc11;
  Isolation isolation = Isolation::automatic;
  std::uint64_t seed = 1;
  std::uint64_t budget_ms = 10'000;
  std::uint64_t max_executions = 0;
  std::uint64_t max_events = 10'000'000;
  std::uint64_t max_memory = 1024;  // MiB, of an exhaustive search
  std::uint32_t max_threads = 256;
  std::uint32_t pct_depth = 3;
  static constexpr std::uint32_t no_bound = ~std::uint32_t{0};
  std::uint32_t preemptions = no_bound;  // bounded: the greatest bound
  std::uint32_t jobs = 1;                // processes of an exhaustive search
  std::uint32_t shard = 1;               // of an exhaustive search cut into so many
  std::uint32_t shards = 1;
  bool keep_going = false;
  bool minimize = true;
  bool why = true;
  bool trace = false;
  bool stops = false;
  bool leaks = false;
  bool spurious = false;
  bool reductions = true;
  bool recall = false;               // executions of which everything is known need not be run
  std::uint64_t recall_after = 500;  // executions of an exhaustive search are run, before any is recalled
  Reductions allowed;                // those that were not switched off by name
  bool unread_stores = false;        // stores to what no operation reads need no order
  bool symmetric_threads = false;    // threads created in a row with the same function and argument are alike
  bool check_races = true;
  Uninitialized uninitialized = Uninitialized::atomics;
  bool plain_points = false;
  bool order_sites = false;
  InputSource* source = nullptr;  // bytes: set by the runtime
  char result[4096] = {};
  char save[4096] = {};    // where to keep what is left of the search; empty: nowhere
  char resume[4096] = {};  // a search saved before; empty: none
  char fuzz[512] = {};     // bytes: the page shared with the fuzzer
  char input[4096] = {};   // replay: the file of a fuzzer's input; empty: none
  char token[8192] = {};
  char order_at[8192] = {};
  char unknown_key[32] = {};  // the first key nobody knows; to be warned about
};

// The option's value.
const char* name_of(Uninitialized which);

// Parses "key=value:key=value" (`\:` and `\\` escape). Returns null, or a static message naming what is
// wrong; in that case `where` points at the offending pair.
const char* parse_options(const char* text, Options& out, const char** where);

}  // namespace heddle::explore
