// Tries weaker memory orders: each alone, then as many as possible together. Every attempt is a search of the
// whole program in a process of its own.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/weaken_attempts.hpp"
#include "cli/weaken_operations.hpp"

namespace heddle::cli {

enum class AttemptOutcome : unsigned char {
  verified,
  implied,  // verified too: a still weaker order was, and it permits every execution this one does
  bug,
  undecided,
};

struct Attempt {
  AttemptOutcome outcome = AttemptOutcome::undecided;
  std::uint64_t executions = 0;
  double seconds = 0;
  std::string reason;                      // undecided: why
  std::optional<format::Finding> finding;  // bug; its `replay` applies the weaker orders
};

struct SlotResult {
  std::vector<Attempt> attempts;  // of OrderSlot::weaker, in its order
  std::vector<std::string>
      weakest;  // orders that verify while no weaker one does; the slot's own if none does

  bool decided() const;
};

struct JointResult {
  Orders orders;  // one for each slot
  std::uint64_t executions = 0;
  std::size_t attempts = 0;
  bool minimal = true;  // every further step was found to be a bug
};

struct WeakenResult {
  std::vector<SlotResult> slots;
  std::optional<JointResult> joint;  // none: nothing can be weakened, or there was no time to look
  std::size_t attempts = 0;
  bool out_of_time = false;
  int interrupted_by = 0;
};

struct WeakenLimits {
  std::chrono::milliseconds total{0};  // 0: none
  unsigned jobs = 1;
};

// `progress` is told before each round what is being tried.
WeakenResult search_weaker_orders(AttemptRunner& runner, const OperationList& list,
                                  const WeakenLimits& limits,
                                  const std::function<void(const std::string&)>& progress);

}  // namespace heddle::cli
