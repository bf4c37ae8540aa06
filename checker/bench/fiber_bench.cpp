// A switch from one simulated thread to another: registers, stack and thread-local storage.
#if !defined(__SANITIZE_THREAD__)
#include <benchmark/benchmark.h>

#include <memory>

// NOLINTNEXTLINE(bugprone-suspicious-include)
#include "checker/runtime/fiber.cpp"

namespace heddle::runtime {
namespace {

Context here = nullptr;
Context there = nullptr;
std::uintptr_t own_base = 0;

void bounce() {
  for (;;) {
    set_fs_base(own_base);
    switch_fiber(here, &there);
  }
}

// Two switches an iteration, there and back; items are switches.
void fiber_switch(benchmark::State& state) {
  constexpr std::size_t stack_bytes = 64 << 10;
  detect_fs_base_instructions();
  own_base = fs_base();
  const auto stack = std::make_unique<char[]>(stack_bytes);
  there =
      make_fiber<bounce>(reinterpret_cast<std::uintptr_t>(stack.get() + stack_bytes) & ~std::uintptr_t{63});
  for (auto _ : state) {
    set_fs_base(own_base);
    switch_fiber(there, &here);
  }
  state.SetItemsProcessed(state.iterations() * 2);
}
BENCHMARK(fiber_switch);

}  // namespace
}  // namespace heddle::runtime

#endif
