// A slot for one item. Taking it is a load and then a store: two threads may both get the item.
// The example of docs/rules/HED020.md.
#include <atomic>
#include <heddle/verify.hpp>
#include <utility>

namespace {

class Slot {
 public:
  void put(int item) { item_.store(item); }
  int take() {
    const int item = item_.load();
    item_.store(0);
    return item;
  }

 private:
  std::atomic<int> item_{0};
};

// What a slot is; 0 stands for nothing.
struct PlainSlot {
  int item = 0;
  void put(int value) { item = value; }
  int take() { return std::exchange(item, 0); }
  bool operator==(const PlainSlot&) const = default;
};

}  // namespace

int main() {
  return heddle::conclude(heddle::verify<Slot, PlainSlot>(
      heddle::operation(
          "put", [](auto& slot, int item) { slot.put(item); }, heddle::fresh()),
      heddle::operation("take", [](auto& slot) { return slot.take(); })));
}
