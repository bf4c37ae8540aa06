// All consistent executions of a litmus program, by brute force.
#pragma once

#include <cstdint>
#include <limits>
#include <set>
#include <stdexcept>
#include <vector>

#include "tests/oracle/model.hpp"
#include "tests/oracle/program.hpp"

namespace heddle::oracle {

struct Outcome {
  std::set<std::vector<Value>> states;  // columns: state_variables(program)
  std::uint64_t executions = 0;         // consistent (control path, rf, total mo), each once
  std::uint64_t positive = 0;           // those of them that satisfy program.exists
  bool racy = false;                    // some of them has a data race
};

// Prefixes: an incomplete execution that is already inconsistent is given up. None: only complete executions
// are judged; exponentially slower, and shows that pruning changes nothing.
enum class Pruning { none, prefixes };

struct Limits {
  Pruning pruning = Pruning::prefixes;
  std::uint64_t judgements_max = std::numeric_limits<std::uint64_t>::max();
};

// The program needs more calls of Model::consistent than Limits::judgements_max.
struct TooLarge : std::runtime_error {
  TooLarge() : std::runtime_error("the program is too large to enumerate") {}
};

// Throws TooLarge, or std::length_error when an execution has more than max_events events.
Outcome enumerate(const Program& program, const Model& model, const Limits& limits = {});

}  // namespace heddle::oracle
