#include "stress/runner/noise.hpp"

#include <sched.h>
#include <time.h>

#include <cerrno>

namespace heddle::stress {
namespace {

constexpr std::uint64_t targets = 8;

std::uint8_t level = 0;  // a Noise
std::uint64_t target_now = 0;
__thread std::uint64_t state = 0;

std::uint64_t next() {  // splitmix64
  if (state == 0) state = reinterpret_cast<std::uintptr_t>(&state);
  state += 0x9e3779b97f4a7c15ULL;
  std::uint64_t z = state;
  z = (z ^ z >> 30U) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ z >> 27U) * 0x94d049bb133111ebULL;
  return z ^ z >> 31U;
}

void spin(std::uint32_t turns) {
  for (; turns > 0; --turns) __asm__ volatile("" ::: "memory");
}

void sleep_for_microseconds(long most) {
  const int kept = errno;
  const timespec time = {0, (1 + static_cast<long>(next() % static_cast<std::uint64_t>(most))) * 1000};
  nanosleep(&time, nullptr);
  errno = kept;
}

// Is it one of the places of this number? Which places go together changes with the number.
bool is_target(const void* place, std::uint64_t number) {
  const std::uint64_t mixed =
      (reinterpret_cast<std::uintptr_t>(place) ^ number / targets * 0x94d049bb133111ebULL) *
      0x9e3779b97f4a7c15ULL;
  return mixed >> 61U == number % targets;
}

void delay_by(Noise now, const void* place) {
  const std::uint64_t drawn = next();
  switch (now) {
    case Noise::light:
      if (drawn % 16 == 0) spin(static_cast<std::uint32_t>(drawn >> 32U) % 200);
      break;
    case Noise::heavy:
      if (drawn % 8 != 0) break;
      if ((drawn >> 8U) % 8 == 0) {
        sched_yield();
      } else {
        spin(static_cast<std::uint32_t>(drawn >> 32U) % 10'000);
      }
      break;
    case Noise::targeted:
      if (drawn % 2 != 0 || !is_target(place, __atomic_load_n(&target_now, __ATOMIC_RELAXED))) break;
      if ((drawn >> 8U) % 8 == 0) {
        sleep_for_microseconds(100);
      } else {
        spin(static_cast<std::uint32_t>(drawn >> 32U) % 20'000);
      }
      break;
    default:
      if (drawn % 256 == 0) sleep_for_microseconds(100);
      break;
  }
}

}  // namespace

void set_noise(Noise wanted, std::uint64_t target) {
  __atomic_store_n(&target_now, target, __ATOMIC_RELAXED);
  __atomic_store_n(&level, static_cast<std::uint8_t>(wanted), __ATOMIC_RELAXED);
}

void disturb(const void* place) {
  const auto now = static_cast<Noise>(__atomic_load_n(&level, __ATOMIC_RELAXED));
  if (now != Noise::none) delay_by(now, place);
}

void disturb_access(const void* place) {
  const auto now = static_cast<Noise>(__atomic_load_n(&level, __ATOMIC_RELAXED));
  if (now != Noise::none && next() % 16 == 0) delay_by(now, place);
}

std::uint32_t random_below(std::uint32_t n) { return static_cast<std::uint32_t>((next() >> 32U) % n); }

void seed_thread(std::uint64_t seed) { state = seed * 0xd1342543de82ef95ULL + 1; }

}  // namespace heddle::stress
