#include <cstdlib>

#include "checker/kernel/memory.hpp"

namespace heddle::kernel {

void* engine_allocate(std::size_t bytes) {
  if (void* memory = std::malloc(bytes != 0 ? bytes : 1)) return memory;
  std::abort();
}

void engine_release(void* memory, std::size_t) noexcept { std::free(memory); }

}  // namespace heddle::kernel
