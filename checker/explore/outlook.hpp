// What can still become of a failing schedule after each of its steps: how many of a number of random
// continuations fail, the point of no return, and the nearest execution that passes.
//
// The idea of a probability of failure over time is from Antithesis' causality analysis, that of a passing
// execution next to the failing one from Zeller (Isolating cause-effect chains, FSE 2002) and Choi and Zeller
// (Isolating failure-inducing thread schedules, ISSTA 2002). Theirs bisect between two given schedules; here
// the passing one is found among the continuations of the latest step that has any.
#pragma once

#include <cstdint>

#include "checker/explore/minimise.hpp"

namespace heddle::explore {

enum class Sample : std::uint8_t { fails, passes, neither };

// Runs an execution that does the first `count` of `steps` and goes on as it likes; `executed` becomes what
// it did.
class Sampler {
 public:
  virtual ~Sampler() = default;
  virtual Sample at_random(const Steps& steps, std::size_t count, Steps& executed) = 0;
  virtual Sample by_default(const Steps& steps, std::size_t count, Steps& executed) = 0;
  // No further execution is allowed.
  virtual bool spent() = 0;
};

// Continuations of the first `steps` steps.
struct Chance {
  std::size_t steps = 0;
  std::uint32_t failed = 0;
  std::uint32_t passed = 0;
};

struct Outlook {
  static constexpr std::size_t never = ~std::size_t{0};
  kernel::Vector<Chance> chances;  // the fewest steps first
  // The fewest steps after which, and after all greater numbers looked at, no continuation passed.
  std::size_t no_return = never;
  Steps passing;  // empty: none was found
};

// `samples` continuations each, after at most `points` numbers of steps beyond those that find the point of
// no return by bisection.
void look_ahead(const Steps& failing, Sampler& sampler, std::uint32_t samples, std::uint32_t points,
                Outlook& out);

}  // namespace heddle::explore
