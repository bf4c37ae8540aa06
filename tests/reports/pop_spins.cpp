// A stack that promises a lock-free pop, and spins on a lock. The example of docs/rules/HED023.md.
#include <atomic>
#include <heddle/verify.hpp>
#include <vector>

namespace {

class Stack {
 public:
  void push(int item) {
    lock();
    items_.push_back(item);
    locked_.store(false);
  }
  int pop() {
    lock();
    int item = 0;
    if (!items_.empty()) {
      item = items_.back();
      items_.pop_back();
    }
    locked_.store(false);
    return item;
  }

 private:
  void lock() {
    while (locked_.exchange(true)) {
    }
  }

  std::atomic<bool> locked_{false};
  std::vector<int> items_;
};

// What a stack is; 0 stands for nothing.
struct PlainStack {
  std::vector<int> items;
  void push(int item) { items.push_back(item); }
  int pop() {
    if (items.empty()) return 0;
    const int item = items.back();
    items.pop_back();
    return item;
  }
  bool operator==(const PlainStack&) const = default;
};

}  // namespace

int main() {
  return heddle::conclude(heddle::verify<Stack, PlainStack>(
      heddle::operation(
          "push", [](auto& stack, int item) { stack.push(item); }, heddle::fresh()),
      heddle::operation("pop", [](auto& stack) { return stack.pop(); }).lock_free()));
}
