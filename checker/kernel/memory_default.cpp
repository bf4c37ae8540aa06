#include <cstdlib>

#include "checker/kernel/memory.hpp"

namespace heddle::kernel {

void* engine_allocate(std::size_t bytes) {
  constexpr std::size_t line = 64;
  void* const memory = bytes >= line ? std::aligned_alloc(line, (bytes + line - 1) / line * line)
                                     : std::malloc(bytes != 0 ? bytes : 1);
  if (memory != nullptr) return memory;
  std::abort();
}

void engine_release(void* memory, std::size_t) noexcept { std::free(memory); }

}  // namespace heddle::kernel
