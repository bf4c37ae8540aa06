// A switch from one simulated thread to another: registers, stack and thread-local storage.
#if !defined(__SANITIZE_THREAD__)
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>

// NOLINTNEXTLINE(bugprone-suspicious-include)
#include "checker/runtime/fiber.cpp"

namespace heddle::runtime {
namespace {

Context here = nullptr;
Context there = nullptr;
std::uintptr_t own_base = 0;

// Registers and stack only, or as the runtime does it: with the base of thread-local storage.
enum class Switch : std::uint8_t { fiber, thread };

template <Switch what>
void bounce() {
  for (;;) {
    if constexpr (what == Switch::thread) set_fs_base(own_base);
    switch_fiber(here, &there);
  }
}

// Two switches an iteration, there and back; items are switches.
template <Switch what>
void measure(benchmark::State& state) {
  constexpr std::size_t stack_bytes = 64 << 10;
  detect_fs_base_instructions();
  own_base = fs_base();
  const auto stack = std::make_unique<char[]>(stack_bytes);
  there = make_fiber<bounce<what>>(reinterpret_cast<std::uintptr_t>(stack.get() + stack_bytes) &
                                   ~std::uintptr_t{63});
  for (auto _ : state) {
    if constexpr (what == Switch::thread) set_fs_base(own_base);
    switch_fiber(there, &here);
  }
  state.SetItemsProcessed(state.iterations() * 2);
}
void fiber_switch(benchmark::State& state) { measure<Switch::fiber>(state); }
BENCHMARK(fiber_switch);
void thread_switch(benchmark::State& state) { measure<Switch::thread>(state); }
BENCHMARK(thread_switch);
// What the difference is made of: the instruction waits for everything before it.
void write_fs_base(benchmark::State& state) {
  detect_fs_base_instructions();
  own_base = fs_base();
  for (auto _ : state) set_fs_base(own_base);
}
BENCHMARK(write_fs_base);

}  // namespace
}  // namespace heddle::runtime

#endif
