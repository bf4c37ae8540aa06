#include <heddle/fair_mutex.hpp>
#include <heddle/mutex.hpp>
#include <heddle/recursive_mutex.hpp>
#include <heddle/shared_mutex.hpp>
#include <heddle/unowned_mutex.hpp>

#include "tests/primitives/suite/modular.hpp"
#include "tests/primitives/suite/mutex_suite.hpp"
#include "tests/primitives/suite/recursive_mutex_suite.hpp"
#include "tests/primitives/suite/shared_mutex_suite.hpp"

namespace suite {

using modular_fair_mutex = heddle::basic_fair_mutex<modular>;

std::span<const group> groups() {
  static constexpr group all[] = {
      {"mutex", mutex_suite<heddle::mutex>::all},
      {"mutex", contended_mutex_suite<heddle::mutex>::all},
      {"mutex", timed_mutex_suite<heddle::mutex>::all},
      {"mutex", owned_mutex_suite<heddle::mutex>::all},
      {"mutex", scoped_lock_suite<heddle::mutex>::all},
      {"unowned_mutex", mutex_suite<heddle::unowned_mutex>::all},
      {"unowned_mutex", contended_mutex_suite<heddle::unowned_mutex>::all},
      {"unowned_mutex", timed_mutex_suite<heddle::unowned_mutex>::all},
      {"recursive_mutex", mutex_suite<heddle::recursive_mutex>::all},
      {"recursive_mutex", contended_mutex_suite<heddle::recursive_mutex>::all},
      {"recursive_mutex", recursive_mutex_suite<heddle::recursive_mutex>::all},
      {"recursive_mutex", owned_mutex_suite<heddle::recursive_mutex>::all},
      {"fair_mutex", mutex_suite<modular_fair_mutex>::all},
      {"fair_mutex", contended_mutex_suite<modular_fair_mutex>::all},
      {"fair_mutex", timed_mutex_suite<modular_fair_mutex>::all},
      {"fair_mutex", owned_mutex_suite<heddle::fair_mutex>::all},
      {"shared_mutex", mutex_suite<heddle::shared_mutex>::all},
      {"shared_mutex", contended_mutex_suite<heddle::shared_mutex>::all},
      {"shared_mutex", timed_mutex_suite<heddle::shared_mutex>::all},
      {"shared_mutex", shared_mutex_suite<heddle::shared_mutex>::all},
  };
  return all;
}

}  // namespace suite
