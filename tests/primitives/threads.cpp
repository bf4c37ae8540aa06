#include <heddle/thread.hpp>
#include <heddle/thread_specific.hpp>
#include <heddle/timer.hpp>

#include "tests/primitives/suite/modular.hpp"
#include "tests/primitives/suite/specific_suite.hpp"
#include "tests/primitives/suite/thread_suite.hpp"

namespace suite {

using modular_thread = heddle::basic_thread<modular>;
template <class T>
using modular_specific = heddle::basic_thread_specific<T, modular>;
using modular_timer = heddle::basic_timer<modular>;

std::span<const group> groups() {
  static constexpr group all[] = {
      {"thread", thread_suite<modular_thread>::all},
      {"thread_specific", specific_suite<modular_specific>::all},
      {"raw_thread", raw_suite<heddle::raw::thread_handle>::all},
      {"timer", timer_suite<modular_timer>::all},
  };
  return all;
}

}  // namespace suite
