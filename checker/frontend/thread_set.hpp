// A set of threads as the value of one location: the waiters of a condition variable or futex.
//
//   bit 63      locked: a thread is in the middle of a compound step (wait_set.hpp)
//   bit 62      wide: bits 0..31 are the number of an interned set
//   bit 61      destroyed: the object is gone
//   bits 0..59  thread i waits
//
// A set is wide only if it contains a thread of number 60 or more, so equal sets have equal values. Interned
// sets live as long as the process, so that a value means the same in every execution.
#pragma once

#include "checker/kernel/types.hpp"

namespace heddle::frontend::thread_set {

using kernel::ThreadId;
using kernel::Value;

inline constexpr Value locked = Value{1} << 63;
inline constexpr Value wide = Value{1} << 62;
inline constexpr Value destroyed = Value{1} << 61;
inline constexpr ThreadId narrow_threads = 60;

Value wide_with(Value set, ThreadId thread);
Value wide_without(Value set, ThreadId thread);
bool wide_contains(Value set, ThreadId thread);
ThreadId wide_size(Value set);
ThreadId wide_member(Value set, ThreadId n);

inline Value members(Value set) { return set & ~locked; }

inline Value with(Value set, ThreadId thread) {
  if ((set & wide) == 0 && thread < narrow_threads) return set | Value{1} << thread;
  return wide_with(set, thread);
}
inline Value without(Value set, ThreadId thread) {
  if ((set & wide) != 0) return wide_without(set, thread);
  return thread < narrow_threads ? set & ~(Value{1} << thread) : set;
}
inline bool contains(Value set, ThreadId thread) {
  if ((set & wide) != 0) return wide_contains(set, thread);
  return thread < narrow_threads && (set >> thread & 1) != 0;
}
inline ThreadId size(Value set) {
  if ((set & wide) != 0) return wide_size(set);
  return static_cast<ThreadId>(__builtin_popcountll(set & ~(locked | destroyed)));
}
// The n-th member in order of thread number, from 0.
inline ThreadId member(Value set, ThreadId n) {
  if ((set & wide) != 0) return wide_member(set, n);
  for (; n > 0; --n) set &= set - 1;
  return static_cast<ThreadId>(__builtin_ctzll(set));
}

}  // namespace heddle::frontend::thread_set
