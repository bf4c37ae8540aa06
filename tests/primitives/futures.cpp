#include <heddle/future.hpp>
#include <heddle/thread_pool_executor.hpp>

#include "tests/primitives/suite/executor_suite.hpp"
#include "tests/primitives/suite/future_suite.hpp"
#include "tests/primitives/suite/modular.hpp"
#include "tests/primitives/suite/stop_suite.hpp"
#include "tests/primitives/suite/wait_suite.hpp"

namespace suite {

template <class T>
using modular_promise = heddle::basic_promise<T, modular>;
using modular_executor = heddle::basic_thread_pool_executor<modular>;

std::span<const group> groups() {
  static constexpr group all[] = {
      {"future", future_suite<modular_promise>::all},
      {"future", stop_future_suite<modular_promise>::all},
      {"waiting_for_futures", wait_suite<modular_promise>::all},
      {"thread_pool_executor", executor_suite<modular_executor>::all},
  };
  return all;
}

}  // namespace suite
