#include <heddle/thread.hpp>
#include <heddle/timer.hpp>

#include "tests/primitives/suite/modular.hpp"
#include "tests/primitives/suite/thread_suite.hpp"

namespace suite {

using modular_thread = heddle::basic_thread<modular>;
using modular_timer = heddle::basic_timer<modular>;

std::span<const group> groups() {
  static constexpr group all[] = {
      {"thread", thread_suite<modular_thread>::all},
      {"timer", timer_suite<modular_timer>::all},
  };
  return all;
}

}  // namespace suite
