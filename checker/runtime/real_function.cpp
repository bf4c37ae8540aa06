#include <dlfcn.h>

#include "checker/runtime/runtime.hpp"

namespace heddle::runtime {

void* real_function(const char* symbol) {
  const EngineScope scope;
  return dlsym(RTLD_NEXT, symbol);
}

}  // namespace heddle::runtime
