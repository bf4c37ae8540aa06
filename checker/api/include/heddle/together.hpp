// Functions that run at the same time.
#pragma once

#include <heddle/check.h>

#include <memory>
#include <thread>
#include <type_traits>

namespace heddle {

// Calls each of the functions on a thread of its own and returns when all have returned. In a check these are
// threads made for the purpose, as usual; run natively (docs/stress.md) they are threads that exist already,
// pinned, and set off together, so that a body costs a microsecond and not the making of its threads.
// Functions must not throw.
template <class... Functions>
void together(Functions&&... functions) {
  if (heddle_runtime_together != nullptr) {
    void (*const calls[])(void*) = {
        [](void* function) { (*static_cast<std::remove_reference_t<Functions>*>(function))(); }...};
    void* const arguments[] = {
        const_cast<void*>(static_cast<const volatile void*>(std::addressof(functions)))...};
    if (heddle_runtime_together(calls, arguments, sizeof...(Functions)) == 0) return;
  }
  std::thread threads[] = {std::thread([&functions] { functions(); })...};
  for (std::thread& thread : threads) thread.join();
}

}  // namespace heddle
