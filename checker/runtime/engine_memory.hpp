// Engine memory that forked executions share with their parent.
#pragma once

#include <cstddef>
#include <new>
#include <utility>

#include "checker/kernel/memory.hpp"

namespace heddle::runtime {

namespace detail {
// The region kernel::engine_allocate takes from, and the shared one. Null until memory is first asked for.
extern __attribute__((visibility("hidden"))) void* current_region;
extern __attribute__((visibility("hidden"))) void* shared_region;
void open_regions();
// If executions are to be forked: the shared region becomes one of its own, unless it is already.
void open_shared_region();
}  // namespace detail

// In a process just forked: its shared memory becomes a copy of its own, at the same addresses, shared with
// its own children only.
void part_shared_memory();

// While alive, kernel::engine_allocate gives memory that survives a forked execution (isolation=fork). In all
// other runs it makes no difference.
class SharedMemoryScope {
 public:
  SharedMemoryScope() {
    if (detail::current_region == nullptr) [[unlikely]]
      detail::open_regions();
    before_ = detail::current_region;
    detail::current_region = detail::shared_region;
  }
  ~SharedMemoryScope() { detail::current_region = before_; }
  SharedMemoryScope(const SharedMemoryScope&) = delete;
  SharedMemoryScope& operator=(const SharedMemoryScope&) = delete;

 private:
  void* before_;
};

// An object in engine memory, never released.
template <class T, class... Arguments>
T& make_engine_object(Arguments&&... arguments) {
  return *new (kernel::engine_allocate(sizeof(T))) T(std::forward<Arguments>(arguments)...);
}
template <class T, class... Arguments>
T& make_shared_object(Arguments&&... arguments) {
  const SharedMemoryScope scope;
  return make_engine_object<T>(std::forward<Arguments>(arguments)...);
}

}  // namespace heddle::runtime
