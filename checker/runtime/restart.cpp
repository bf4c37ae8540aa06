#include "checker/runtime/restart.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "checker/kernel/memory.hpp"
#include "checker/runtime/raw_syscall.hpp"

namespace heddle::runtime {

void restart_isolated(char** argv, char** environment) {
  constexpr char variable[] = "HEDDLE_OPTIONS=";
  constexpr char addition[] = ":isolation=fork";
  std::size_t count = 0;
  while (environment[count] != nullptr) ++count;
  auto** const changed = static_cast<char**>(kernel::engine_allocate((count + 1) * sizeof(char*)));
  for (std::size_t i = 0; i <= count; ++i) {
    changed[i] = environment[i];
    if (changed[i] == nullptr || std::strncmp(changed[i], variable, sizeof variable - 1) != 0) continue;
    const std::size_t length = std::strlen(changed[i]);
    auto* const text = static_cast<char*>(kernel::engine_allocate(length + sizeof addition));
    std::memcpy(text, changed[i], length);
    std::memcpy(text + length, addition, sizeof addition);
    changed[i] = text;
  }
  fflush(nullptr);
  raw_syscall(SYS_execve, "/proc/self/exe", argv, changed);
}

}  // namespace heddle::runtime
