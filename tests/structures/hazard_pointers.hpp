// Memory reclamation by announced pointers: Michael, "Hazard pointers: safe memory reclamation for lock-free
// objects", IEEE TPDS 2004. An announcement belongs to one thread; a thread may have several.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <vector>

namespace structures {

template <class Node, std::size_t announcements>
class hazard_pointers {
 public:
  // The node `from` points at, which nobody reclaims until the next call with this announcement.
  Node* protect(std::size_t announcement, const std::atomic<Node*>& from) {
    Node* seen = from.load(std::memory_order_relaxed);
    for (;;) {
      announce(announcement, seen);
      // Acquire: the node may be another one at the same address by now.
      Node* const again = from.load(std::memory_order_acquire);
      if (again == seen) return seen;
      seen = again;
    }
  }
  // The caller must look again whether `node` is still where it was found.
  void announce(std::size_t announcement, Node* node) {
    // Release: the node announced before, whose use ends here, may be reclaimed now.
    announced_[announcement].store(node, std::memory_order_release);
    std::atomic_thread_fence(std::memory_order_seq_cst);  // announced before it is looked at again
  }
  void clear(std::size_t announcement) { announced_[announcement].store(nullptr, std::memory_order_release); }

  // Nobody can reach `node` any more: reclaim(node) as soon as nobody looks at it. `retired` is the caller's
  // own list of nodes that wait for this.
  template <class Reclaim>
  void retire(std::vector<Node*>& retired, Node* node, Reclaim reclaim) {
    retired.push_back(node);
    std::atomic_thread_fence(std::memory_order_seq_cst);  // unreachable before the announcements are read
    std::size_t kept = 0;
    for (Node* old : retired) {
      if (is_announced(old)) {
        retired[kept++] = old;
      } else {
        reclaim(old);
      }
    }
    retired.resize(kept);
  }

 private:
  bool is_announced(const Node* node) const {
    for (const auto& announced : announced_) {
      if (announced.load(std::memory_order_acquire) == node) return true;
    }
    return false;
  }

  std::array<std::atomic<Node*>, announcements> announced_{};
};

}  // namespace structures
