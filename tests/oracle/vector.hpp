// Test vectors: litmus programs with recorded results, one JSON object a line
// (tests/litmus/vectors/README.md).
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/oracle/enumerate.hpp"
#include "tests/oracle/program.hpp"

namespace heddle::oracle {

struct RecordedResult {
  std::set<std::vector<Value>> states;
  std::uint64_t executions = 0;
  std::uint64_t positive = 0;
  std::optional<bool> racy;
};

struct TestVector {
  Program program;
  std::string model;
  // With C++11's release sequences.
  RecordedResult cpp11;
  // With C++20's: the variant `c20rs`, or `cpp11` where the vector has none (then they agree) or it is
  // unknown.
  RecordedResult cpp20;
  bool cpp20_unknown = false;
};

// Throws nlohmann::json::exception or std::invalid_argument when the line is not a vector.
TestVector parse_vector(std::string_view line);

// All vectors of a file, blank lines ignored. Throws like parse_vector, the message naming file and line;
// std::runtime_error when the file cannot be read.
std::vector<TestVector> read_vectors(const std::string& path);

// One line, without the line break.
std::string print_vector(const Program& program, std::string_view model, const Outcome& outcome);

}  // namespace heddle::oracle
