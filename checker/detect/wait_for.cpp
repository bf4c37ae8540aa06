#include "checker/detect/wait_for.hpp"

#include <bitset>

namespace heddle::detect {
namespace {

using kernel::ThreadId;

using Seen = std::bitset<kernel::threads_max>;
constexpr std::uint32_t edges_max = 64;  // readers of one lock that are looked at

// Depth-first: `chain` holds the path to `thread`, which is its last element.
bool extend(const WaitGraph& graph, Seen& seen, WaitChain& chain) {
  if (chain.length == WaitChain::length_max) return false;
  ThreadId needed[edges_max];
  const std::uint32_t count = graph.needed_by(chain.threads[chain.length - 1], needed, edges_max);
  for (std::uint32_t i = 0; i < count; ++i) {
    const ThreadId next = needed[i];
    if (next == chain.threads[0]) {
      chain.closed = true;
      return true;
    }
    if (seen[next]) continue;
    seen[next] = true;
    chain.threads[chain.length++] = next;
    if (graph.has_ended(next)) return true;
    if (extend(graph, seen, chain)) return true;
    --chain.length;
  }
  return false;
}

bool reaches(const WaitGraph& graph, Seen& seen, ThreadId thread, const WaitChain& chain) {
  for (std::uint32_t i = 0; i < chain.length; ++i) {
    if (chain.threads[i] == thread) return true;
  }
  if (seen[thread]) return false;
  seen[thread] = true;
  ThreadId needed[edges_max];
  const std::uint32_t count = graph.needed_by(thread, needed, edges_max);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (reaches(graph, seen, needed[i], chain)) return true;
  }
  return false;
}

}  // namespace

bool find_stuck_chain(const WaitGraph& graph, ThreadId start, WaitChain& out) {
  Seen seen;
  seen[start] = true;
  out.threads[0] = start;
  out.length = 1;
  out.closed = false;
  return extend(graph, seen, out);
}

bool all_are_stuck(const WaitGraph& graph, const WaitChain& chain, ThreadId count) {
  for (ThreadId thread = 0; thread < count; ++thread) {
    if (graph.has_ended(thread)) continue;
    Seen seen;
    if (!reaches(graph, seen, thread, chain)) return false;
  }
  return true;
}

}  // namespace heddle::detect
