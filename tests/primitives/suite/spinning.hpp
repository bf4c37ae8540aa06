// A threading kind that looks once more before it sleeps, as threads do natively and not under the checker.
// The lock inside primitives is a pthread mutex, as in modular.hpp.
#pragma once

#include "primitives/core/lock.hpp"
#include "primitives/sys/sys.hpp"
#include "tests/primitives/suite/modular.hpp"

namespace suite {

struct spinning : heddle::sys::threads {
  static int spin_rounds() noexcept { return 1; }
  static void pause(int /*rounds_left*/) noexcept {}
  static bool back_off() noexcept { return true; }
};

}  // namespace suite

template <>
class heddle::core::lock<suite::spinning> : public heddle::core::lock<suite::modular> {};
