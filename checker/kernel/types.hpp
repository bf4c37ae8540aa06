// The vocabulary every other file uses. Terms (event, po, rf, mo, fr, hb, porf) are defined in
// kernel/README.md.
#pragma once

#include <cstdint>
#include <limits>

namespace heddle::kernel {

// A simulated thread. Dense, 0 is the main thread, numbered in order of creation within one execution graph.
using ThreadId = std::uint32_t;

// A shared location: an atomic object, a lock, a wait queue, a thread's exit flag. Stable for one
// (address, incarnation) over all executions of one process; see Operation::initial.
using LocationId = std::uint32_t;

// What a location holds. Objects wider than 64 bits (128-bit atomics) hold the id of an interned value.
using Value = std::uint64_t;

// Number of an event within its thread, from 1. 0 means "before the thread's first event".
using EventIndex = std::uint32_t;

// Position of an event in the graph's insertion order, which is always a linear extension of po and rf.
using Stamp = std::uint32_t;

inline constexpr ThreadId no_thread = std::numeric_limits<ThreadId>::max();
inline constexpr Stamp no_stamp = std::numeric_limits<Stamp>::max();
// The rf source of a load that reads a location's initial value.
inline constexpr Stamp initial_stamp = no_stamp - 1;

// The most threads one execution may create (an index into clocks). Exceeding it is reported, never wrapped.
inline constexpr ThreadId threads_max = 1024;

// C++20 memory orders, ordered so that has_acquire/has_release are bit tests. `consume` is strengthened to
// acquire.
enum class Order : std::uint8_t { relaxed = 0, acquire = 1, release = 2, acq_rel = 3, seq_cst = 7 };

constexpr bool has_acquire(Order o) { return (static_cast<unsigned>(o) & 1U) != 0; }
constexpr bool has_release(Order o) { return (static_cast<unsigned>(o) & 2U) != 0; }
constexpr bool is_seq_cst(Order o) { return o == Order::seq_cst; }

}  // namespace heddle::kernel
