#include <heddle/context.hpp>
#include <heddle/event_scheduler.hpp>
#include <heddle/generator.hpp>

#include "tests/primitives/suite/flow_suite.hpp"
#include "tests/primitives/suite/modular.hpp"

namespace suite {

using modular_scheduler = heddle::basic_event_scheduler<modular>;

std::span<const group> groups() {
  static constexpr group all[] = {
      {"event_scheduler", event_scheduler_suite<modular_scheduler>::all},
      {"context", context_suite<int>::all},
      {"generator", generator_suite<int>::all},
  };
  return all;
}

}  // namespace suite
