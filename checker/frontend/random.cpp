// Sources of randomness, answered from the seed of the run. Seeding is accepted and ignored: a program that
// seeds from the clock and one that does not get the same numbers.
#include <stdlib.h>
#include <sys/random.h>

#include <cerrno>
#include <cstddef>

#include "checker/frontend/call.hpp"

namespace {

using namespace heddle;
using namespace heddle::frontend;

long draw(long most) {
  return static_cast<long>(runtime::deterministic_random() % (static_cast<std::uint64_t>(most) + 1));
}

double draw_fraction() { return static_cast<double>(runtime::deterministic_random() >> 11) * 0x1.0p-53; }

void fill(void* buffer, std::size_t bytes) {
  auto* out = static_cast<unsigned char*>(buffer);
  for (std::size_t i = 0; i < bytes; ++i)
    out[i] = static_cast<unsigned char>(runtime::deterministic_random());
}

constexpr long random_max = 0x7fffffff;

}  // namespace

HEDDLE_INTERCEPT int rand() noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(rand)();
  return static_cast<int>(draw(RAND_MAX));
}

HEDDLE_INTERCEPT void srand(unsigned seed) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) HEDDLE_REAL(srand)(seed);
}

HEDDLE_INTERCEPT long random() noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(random)();
  return draw(random_max);
}

HEDDLE_INTERCEPT void srandom(unsigned seed) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) HEDDLE_REAL(srandom)(seed);
}

HEDDLE_INTERCEPT double drand48() noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(drand48)();
  return draw_fraction();
}

HEDDLE_INTERCEPT long lrand48() noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(lrand48)();
  return draw(random_max);
}

HEDDLE_INTERCEPT long mrand48() noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(mrand48)();
  return static_cast<std::int32_t>(runtime::deterministic_random());
}

HEDDLE_INTERCEPT void srand48(long seed) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) HEDDLE_REAL(srand48)(seed);
}

HEDDLE_INTERCEPT ssize_t getrandom(void* buffer, std::size_t bytes, unsigned flags) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(getrandom)(buffer, bytes, flags);
  fill(buffer, bytes);
  return static_cast<ssize_t>(bytes);
}

HEDDLE_INTERCEPT int getentropy(void* buffer, std::size_t bytes) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(getentropy)(buffer, bytes);
  constexpr std::size_t bytes_max = 256;
  if (bytes > bytes_max) {
    errno = EIO;
    return -1;
  }
  fill(buffer, bytes);
  return 0;
}

HEDDLE_INTERCEPT std::uint32_t arc4random() noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(arc4random)();
  return static_cast<std::uint32_t>(runtime::deterministic_random());
}

HEDDLE_INTERCEPT std::uint32_t arc4random_uniform(std::uint32_t bound) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(arc4random_uniform)(bound);
  return bound < 2 ? 0 : static_cast<std::uint32_t>(runtime::deterministic_random() % bound);
}

HEDDLE_INTERCEPT void arc4random_buf(void* buffer, std::size_t bytes) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(arc4random_buf)(buffer, bytes);
  fill(buffer, bytes);
}
