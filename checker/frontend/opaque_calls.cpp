// The functions of the checker that programs call most, for result_use.hpp.
#include <cstddef>

#include "checker/frontend/result_use.hpp"

#define HEDDLE_SIZES(HOOK) HOOK(1) HOOK(2) HOOK(4) HOOK(8) HOOK(16)
#define HEDDLE_WIDTHS(HOOK) HOOK(8) HOOK(16) HOOK(32) HOOK(64)
#define HEDDLE_EACH(SIZE_HOOK, WIDTH_HOOK, HOOK) \
  HEDDLE_SIZES(SIZE_HOOK)                        \
  HEDDLE_WIDTHS(WIDTH_HOOK)                      \
  HOOK(__tsan_func_entry)                        \
  HOOK(__tsan_func_exit)                         \
  HOOK(pthread_mutex_lock) HOOK(pthread_mutex_unlock) HOOK(pthread_barrier_wait) HOOK(pthread_join)
#define HEDDLE_OF_SIZE(HOOK, n) HOOK(__tsan_read##n) HOOK(__tsan_write##n)
#define HEDDLE_OF_WIDTH(HOOK, n)     \
  HOOK(__tsan_atomic##n##_load)      \
  HOOK(__tsan_atomic##n##_store)     \
  HOOK(__tsan_atomic##n##_exchange)  \
  HOOK(__tsan_atomic##n##_fetch_add) \
  HOOK(__tsan_atomic##n##_fetch_sub) \
  HOOK(__tsan_atomic##n##_fetch_and) \
  HOOK(__tsan_atomic##n##_fetch_or)  \
  HOOK(__tsan_atomic##n##_fetch_xor) \
  HOOK(__tsan_atomic##n##_compare_exchange_strong) HOOK(__tsan_atomic##n##_compare_exchange_weak)

#define HEDDLE_DECLARE(name) void name();
#define HEDDLE_DECLARE_OF_SIZE(n) HEDDLE_OF_SIZE(HEDDLE_DECLARE, n)
#define HEDDLE_DECLARE_OF_WIDTH(n) HEDDLE_OF_WIDTH(HEDDLE_DECLARE, n)
extern "C" {
HEDDLE_EACH(HEDDLE_DECLARE_OF_SIZE, HEDDLE_DECLARE_OF_WIDTH, HEDDLE_DECLARE)
}

namespace heddle::frontend {
namespace {

#define HEDDLE_ADDRESS(name) reinterpret_cast<std::uintptr_t>(&::name),
#define HEDDLE_ADDRESS_OF_SIZE(n) HEDDLE_OF_SIZE(HEDDLE_ADDRESS, n)
#define HEDDLE_ADDRESS_OF_WIDTH(n) HEDDLE_OF_WIDTH(HEDDLE_ADDRESS, n)
const std::uintptr_t opaque[] = {
    HEDDLE_EACH(HEDDLE_ADDRESS_OF_SIZE, HEDDLE_ADDRESS_OF_WIDTH, HEDDLE_ADDRESS)};

// Answers for return addresses, found again by a hash. The code does not change.
struct Answer {
  std::uintptr_t address;
  bool yes;
};
constexpr std::size_t answers_max = 256;
Answer apart[answers_max];
Answer used[answers_max];

template <class Find>
bool known(Answer (&answers)[answers_max], std::uintptr_t return_address, [[maybe_unused]] Find find) {
#ifdef __x86_64__
  if (return_address == 0) return true;
  Answer& entry = answers[(return_address ^ return_address >> 8) % answers_max];
  if (entry.address != return_address)
    entry = {return_address, find(reinterpret_cast<const std::uint8_t*>(return_address))};
  return entry.yes;
#else
  return true;
#endif
}

}  // namespace

bool tells_apart(std::uintptr_t return_address, int a, int b) {
  return known(apart, return_address, [&](const std::uint8_t* code) {
    return tells_apart(code, static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b), opaque);
  });
}

bool uses_result(std::uintptr_t return_address) {
  return known(used, return_address, [](const std::uint8_t* code) { return uses_result(code, opaque); });
}

}  // namespace heddle::frontend
