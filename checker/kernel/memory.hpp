// Memory of the engine itself. Two definitions exist, chosen at link time: `kernel/memory_default.cpp` (the
// heap, for the command and for tests) and `runtime/engine_memory.cpp` (a private region, so that nothing is
// ever allocated on the heap of the program under test).
#pragma once

#include <cstddef>
#include <vector>

namespace heddle::kernel {

// Never null: exhaustion ends the process with a clear message. 64 bytes and more are aligned to 64.
void* engine_allocate(std::size_t bytes);
void engine_release(void* memory, std::size_t bytes) noexcept;

template <class T>
struct EngineAllocator {
  using value_type = T;
  EngineAllocator() = default;
  template <class U>
  EngineAllocator(const EngineAllocator<U>&) {}  // NOLINT(google-explicit-constructor)
  T* allocate(std::size_t n) { return static_cast<T*>(engine_allocate(n * sizeof(T))); }
  void deallocate(T* p, std::size_t n) noexcept { engine_release(p, n * sizeof(T)); }
  template <class U>
  bool operator==(const EngineAllocator<U>&) const {
    return true;
  }
};

template <class T>
using Vector = std::vector<T, EngineAllocator<T>>;

}  // namespace heddle::kernel
