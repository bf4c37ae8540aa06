// Two threads put the same leaf into a tree, unless it is in already; main then measures the tree.
// The exchange lets exactly one thread put the leaf in.
#include <algorithm>
#include <atomic>
#include <cassert>
#include <mutex>
#include <thread>

namespace {
struct Node {
  Node* left = nullptr;
  Node* right = nullptr;
};
Node leaf;
Node* root = nullptr;
std::atomic<bool> inserted{false};
std::mutex mutex;

void insert() {
  if (inserted.exchange(true)) return;
  std::lock_guard lock(mutex);
  leaf.left = root;
  root = &leaf;
}

int depth(const Node* node) {
  return node == nullptr ? 0 : 1 + std::max(depth(node->left), depth(node->right));
}
}  // namespace

int main() {
  std::thread first(insert);
  std::thread second(insert);
  first.join();
  second.join();
  assert(depth(root) == 1);
}
