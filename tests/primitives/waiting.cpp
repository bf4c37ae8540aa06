#include <heddle/condition_variable.hpp>
#include <heddle/cyclic_barrier.hpp>
#include <heddle/event.hpp>
#include <heddle/latch.hpp>
#include <heddle/mutex.hpp>
#include <heddle/semaphore.hpp>
#include <mutex>

#include "primitives/core/wait_queue.hpp"
#include "tests/primitives/suite/barrier_suite.hpp"
#include "tests/primitives/suite/condition_suite.hpp"
#include "tests/primitives/suite/event_suite.hpp"
#include "tests/primitives/suite/latch_suite.hpp"
#include "tests/primitives/suite/modular.hpp"
#include "tests/primitives/suite/semaphore_suite.hpp"
#include "tests/primitives/suite/spinning.hpp"
#include "tests/primitives/suite/stop_suite.hpp"
#include "tests/primitives/suite/wait_queue_suite.hpp"

namespace suite {

using spinning_condition = heddle::basic_condition_variable_any<spinning>;
using spinning_semaphore =
    heddle::basic_counting_semaphore<heddle::core::permits<spinning>::permits_max, spinning>;
using modular_semaphore =
    heddle::basic_counting_semaphore<heddle::core::permits<modular>::permits_max, modular>;
using modular_bounded_semaphore = heddle::basic_bounded_semaphore<modular>;
using modular_event = heddle::basic_event<modular>;
using modular_auto_reset_event = heddle::basic_auto_reset_event<modular>;
using modular_latch = heddle::basic_latch<modular>;
using spinning_barrier = heddle::basic_cyclic_barrier<spinning>;
using modular_barrier = heddle::basic_cyclic_barrier<modular>;

std::span<const group> groups() {
  static constexpr group all[] = {
      {"condition_variable", condition_suite<heddle::condition_variable_any, std::mutex>::all},
      {"condition_variable", strong_condition_suite<heddle::condition_variable_any, std::mutex>::all},
      {"whole_condition_variable", whole_condition_suite<heddle::condition_variable, heddle::mutex>::all},
      {"spinning_condition_variable", strong_condition_suite<spinning_condition, std::mutex>::all},
      {"wait_queue", wait_queue_suite<heddle::core::wait_queue<heddle::sys::threads>>::all},
      {"wait_queue", contended_wait_queue_suite<heddle::core::wait_queue<heddle::sys::threads>>::all},
      {"spinning_wait_queue", wait_queue_suite<heddle::core::wait_queue<spinning>>::all},
      {"semaphore", semaphore_suite<heddle::counting_semaphore<>>::all},
      {"semaphore", semaphore_count_suite<heddle::counting_semaphore<>>::all},
      {"spinning_semaphore", semaphore_suite<spinning_semaphore>::all},
      {"bounded_semaphore", bounded_semaphore_suite<heddle::bounded_semaphore>::all},
      {"semaphore", stop_semaphore_suite<modular_semaphore>::all},
      {"bounded_semaphore", stop_bounded_semaphore_suite<modular_bounded_semaphore>::all},
      {"event", event_suite<heddle::event>::all},
      {"event", stop_event_suite<modular_event>::all},
      {"auto_reset_event", auto_reset_event_suite<heddle::auto_reset_event>::all},
      {"auto_reset_event", stop_auto_reset_event_suite<modular_auto_reset_event>::all},
      {"latch", latch_suite<heddle::latch>::all},
      {"latch", stop_latch_suite<modular_latch>::all},
      {"cyclic_barrier", barrier_suite<modular_barrier>::all},
      {"spinning_cyclic_barrier", barrier_suite<spinning_barrier>::all},
  };
  return all;
}

}  // namespace suite
