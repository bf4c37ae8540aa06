#include <heddle/condition_variable.hpp>
#include <heddle/cyclic_barrier.hpp>
#include <heddle/event.hpp>
#include <heddle/latch.hpp>
#include <heddle/mutex.hpp>
#include <heddle/semaphore.hpp>
#include <mutex>

#include "tests/primitives/suite/condition_suite.hpp"
#include "tests/primitives/suite/modular.hpp"
#include "tests/primitives/suite/spinning.hpp"
#include "tests/primitives/suite/waiting_suite.hpp"

namespace suite {

using modular_condition = heddle::basic_condition_variable_any<modular>;
using spinning_condition = heddle::basic_condition_variable_any<spinning>;
using spinning_semaphore =
    heddle::basic_counting_semaphore<heddle::core::permits<spinning>::permits_max, spinning>;
using spinning_barrier = heddle::basic_cyclic_barrier<spinning>;
using modular_barrier = heddle::basic_cyclic_barrier<modular>;

std::span<const group> groups() {
  static constexpr group all[] = {
      {"condition_variable", condition_suite<modular_condition, std::mutex>::all},
      {"condition_variable", strong_condition_suite<modular_condition, std::mutex>::all},
      {"whole_condition_variable", whole_condition_suite<heddle::condition_variable, heddle::mutex>::all},
      {"spinning_condition_variable", strong_condition_suite<spinning_condition, std::mutex>::all},
      {"semaphore", semaphore_suite<heddle::counting_semaphore<>>::all},
      {"semaphore", semaphore_count_suite<heddle::counting_semaphore<>>::all},
      {"spinning_semaphore", semaphore_suite<spinning_semaphore>::all},
      {"bounded_semaphore", bounded_semaphore_suite<heddle::bounded_semaphore>::all},
      {"event", event_suite<heddle::event>::all},
      {"auto_reset_event", auto_reset_event_suite<heddle::auto_reset_event>::all},
      {"latch", latch_suite<heddle::latch>::all},
      {"cyclic_barrier", barrier_suite<modular_barrier>::all},
      {"spinning_cyclic_barrier", barrier_suite<spinning_barrier>::all},
  };
  return all;
}

}  // namespace suite
