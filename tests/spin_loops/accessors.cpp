// Loops that read several things through one function. The first argument says which; `set` as second
// argument: another thread stores what they wait for, and every execution ends.
#include <atomic>
#include <cassert>
#include <cstring>
#include <thread>

namespace {

std::atomic<int> ready[6];
std::atomic<int> early{1};

struct Node {
  std::atomic<Node*> next{nullptr};
};
Node nodes[6];
Node* end_of_list = &nodes[0];

[[gnu::noinline]] int get(const std::atomic<int>* x) { return x->load(std::memory_order_acquire); }
[[gnu::noinline]] Node* next_of(const std::atomic<Node*>* x) { return x->load(std::memory_order_acquire); }

// Through the list, which has an end: one instruction reads one location after the other.
int length(Node* n) {
  int seen = 0;
  while (n != nullptr) {
    n = next_of(&n->next);
    ++seen;
  }
  return seen;
}
// The same without anything to tell the rounds apart but what is read.
Node* last(Node* n) {
  for (;;) {
    Node* const next = next_of(&n->next);
    if (next == nullptr) return n;
    n = next;
  }
}

void spin(const char* how) {
  if (std::strcmp(how, "two") == 0) {
    while (get(&ready[0]) == 0 || get(&ready[1]) == 0) {
    }
  } else if (std::strcmp(how, "first_set") == 0) {  // a round always reads both
    while (!(get(&early) != 0 && get(&ready[1]) != 0)) {
    }
  } else if (std::strcmp(how, "sum") == 0) {
    while (get(&ready[0]) + get(&ready[1]) + get(&early) != 3) {
    }
  } else if (std::strcmp(how, "all") == 0) {  // more than are told apart
    for (;;) {
      int sum = 0;
      for (const std::atomic<int>& x : ready) sum += get(&x);
      if (sum == 6) break;
    }
  } else if (std::strcmp(how, "after_others") == 0) {
    int sum = 0;
    for (const std::atomic<int>& x : ready) sum += get(&x);
    while (get(&ready[5]) == 0 || get(&early) == 0) {
    }
    assert(sum <= 6);
  } else if (std::strcmp(how, "list") == 0) {
    while (next_of(&nodes[5].next) == nullptr) {
    }
    assert(length(&nodes[0]) >= 6);
    assert(last(&nodes[0]) == end_of_list);
  } else if (std::strcmp(how, "methods") == 0) {  // not inlined without optimisation
    while (!(ready[0] == 1 && ready[1].load() == 1 && early.load() == 1)) {
    }
  } else {
    assert(!"known loop");
  }
}

}  // namespace

int main(int argc, char** argv) {
  assert(argc == 2 || argc == 3);
  static Node extra;
  for (int i = 0; i < 5; ++i) nodes[i].next.store(&nodes[i + 1], std::memory_order_relaxed);
  end_of_list = &extra;
  std::thread thread(spin, argv[1]);
  if (argc == 3) {
    nodes[5].next.store(&extra, std::memory_order_release);
    for (std::atomic<int>& x : ready) x.store(1, std::memory_order_release);
  }
  thread.join();
  return 0;
}
