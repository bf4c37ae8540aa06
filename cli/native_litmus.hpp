// `heddle litmus --native`: the tests on this machine's processors, compared with what the models allow.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace heddle::cli {

struct NativeLitmusOptions {
  std::vector<std::string> files;
  std::uint64_t runs = 20'000;  // of each test
  std::uint64_t seed = 1;
  std::string only;
  std::string model;  // "rc11" or "sc": compared with this one; empty: each test's own
  std::size_t every = 1;
};

// Prints a line for each outcome seen that the test's model does not allow, and a summary. Returns the exit
// code. Throws std::runtime_error for files that cannot be read.
int run_native_litmus(const NativeLitmusOptions& options);

}  // namespace heddle::cli
