#include <cstdint>
#include <heddle/blocking_queue.hpp>
#include <heddle/concurrent_queue.hpp>
#include <heddle/mpmc_ring.hpp>
#include <heddle/spsc_ring.hpp>
#include <vector>

#include "tests/primitives/suite/modular.hpp"
#include "tests/primitives/suite/queue_suite.hpp"
#include "tests/primitives/suite/stop_suite.hpp"

namespace suite {

using modular_queue = heddle::basic_blocking_queue<int, heddle::fifo_order<int>, modular>;
using modular_concurrent_queue = heddle::basic_concurrent_queue<int, modular>;
using element = std::vector<int>;
using spsc = heddle::spsc_ring<element, 2>;
using mpmc = heddle::mpmc_ring<element, 2, std::uint8_t>;

std::span<const group> groups() {
  static constexpr group all[] = {
      {"blocking_queue", blocking_queue_suite<modular_queue>::all},
      {"blocking_queue", queue_order_suite<modular>::all},
      {"concurrent_queue", concurrent_queue_suite<modular_concurrent_queue>::all},
      {"concurrent_queue", reentry_suite<modular>::all},
      {"concurrent_queue", stop_concurrent_queue_suite<modular_concurrent_queue>::all},
      {"spsc_ring", ring_suite<spsc>::all},
      {"mpmc_ring", ring_suite<mpmc>::all},
      {"mpmc_ring", mpmc_ring_suite<mpmc>::all},
  };
  return all;
}

}  // namespace suite
