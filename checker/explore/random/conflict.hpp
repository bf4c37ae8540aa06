// Whether the order of two pending operations matters: both access one location, and not both only read it.
// What strategies that sample partial orders call a race. Locks and other objects count like any location.
#pragma once

#include "checker/kernel/operation.hpp"

namespace heddle::explore {

enum class Touch : std::uint8_t { nothing, reads, writes };

inline Touch touch(const kernel::Operation& op) {
  using kernel::OperationKind;
  if (op.plain != kernel::PlainAccess::none) {
    return op.plain == kernel::PlainAccess::write ? Touch::writes : Touch::reads;
  }
  if (op.kind == OperationKind::load) return Touch::reads;
  return op.kind == OperationKind::store || op.kind == OperationKind::rmw ? Touch::writes : Touch::nothing;
}

// Not 0. A plain access is known by where it begins: neighbours are different variables.
inline std::uint64_t place_of(const kernel::Operation& op) {
  constexpr std::uint64_t plain_bit = std::uint64_t{1} << 63U;
  return op.plain != kernel::PlainAccess::none ? plain_bit | op.site.object : std::uint64_t{op.location} + 1;
}

// A plain and an atomic access of the same bytes conflict as well.
inline bool same_memory(const kernel::Operation& a, const kernel::Operation& b) {
  const bool a_plain = a.plain != kernel::PlainAccess::none;
  const bool b_plain = b.plain != kernel::PlainAccess::none;
  if (!a_plain && !b_plain) return a.location == b.location;
  const std::uint64_t a_bytes = a_plain ? a.plain_bytes : a.size;
  const std::uint64_t b_bytes = b_plain ? b.plain_bytes : b.size;
  return a.site.object < b.site.object + b_bytes && b.site.object < a.site.object + a_bytes;
}

inline bool conflict(const kernel::Operation& a, const kernel::Operation& b) {
  const Touch how_a = touch(a);
  const Touch how_b = touch(b);
  if (how_a == Touch::nothing || how_b == Touch::nothing) return false;
  return (how_a == Touch::writes || how_b == Touch::writes) && same_memory(a, b);
}

}  // namespace heddle::explore
