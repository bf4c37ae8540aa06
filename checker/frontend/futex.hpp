// The futex system call.
#pragma once

#include <ctime>

#include "checker/frontend/call.hpp"

namespace heddle::frontend {

// The arguments of syscall(SYS_futex, ...). Answers what it returns, with errno set on -1. Only when
// controlled().
struct FutexCall {
  std::uint32_t* word;
  int operation;
  std::uint32_t value;
  const timespec* timeout;  // or the second count of a requeue
  std::uint32_t* second_word;
  std::uint32_t third_value;
};
long futex(const FutexCall& call, std::uintptr_t caller);

}  // namespace heddle::frontend
