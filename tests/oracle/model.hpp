// A memory model, as the enumerator uses it.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "tests/oracle/execution.hpp"

namespace heddle::oracle {

struct Model {
  // Must be monotone: when an execution is inconsistent, so is every execution with more events, rf or mo.
  std::function<bool(const Execution&)> consistent;
  // The order that makes conflicting accesses race-free.
  std::function<Relation(const Execution&)> happens_before;
};

// "rc11", "sc" or "tso"; nothing for any other name.
std::optional<Model> find_model(std::string_view name);

}  // namespace heddle::oracle
