#include "checker/runtime/stdio_locks.hpp"

#include <cstdio>

namespace heddle::runtime {
namespace {

// glibc's _IO_lock_t (sysdeps/nptl/stdio-lock.h), stable since 2.2.
struct StreamLock {
  int lock;
  int count;
  void* owner;
};

void release(FILE* stream) {
  if (stream == nullptr || stream->_lock == nullptr) return;
  *reinterpret_cast<StreamLock*>(stream->_lock) = {};
}

}  // namespace

void release_stdio_locks() {
  release(stdin);
  release(stdout);
  release(stderr);
}

}  // namespace heddle::runtime
