// The same of C++: objects whose copies copy what has no value yet. The argument says which.
#include <any>
#include <cstddef>
#include <cstring>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <queue>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace {

thread_local volatile long seen;

// The compiler has to believe that the memory is looked at and changed.
__attribute__((noinline)) void keep(const void* memory) { __asm__ volatile("" : : "r"(memory) : "memory"); }

struct Slots {
  std::optional<int> small;
  std::optional<long> large;
  std::optional<std::pair<int, int>> both;
};

template <class T>
void copy_optional(std::optional<T> Slots::*which) {
  const auto slots = std::make_unique<Slots>();
  keep(slots.get());
  const auto copy = (*slots).*which;
  if (copy) seen = sizeof *copy;
  const auto all = std::make_unique<Slots>(*slots);
  keep(all.get());
}
void optionals() {
  copy_optional(&Slots::small);
  copy_optional(&Slots::large);
  copy_optional(&Slots::both);
}

void variants() {
  const auto number = std::make_unique<std::variant<int, double, long>>(3);
  const auto copy = *number;
  seen = static_cast<long>(copy.index());
  std::variant<std::monostate, int, std::string> word;
  auto other = word;
  other = std::string("hello");
  word = other;
  std::any one;
  std::any two = 3;
  std::swap(one, two);
  keep(&one);
}

void functions() {
  const int x = 3;
  std::function<int()> f = [x] { return x; };
  std::function<int()> g = f;
  std::function<int()> h = std::move(g);
  std::swap(f, h);
  std::queue<std::function<int()>> tasks;
  tasks.push(std::move(f));
  const auto task = std::move(tasks.front());
  seen = task() + h();
  std::function<void()> none;
  auto also_none = none;
  std::swap(none, also_none);
  keep(&none);
}

void strings() {
  std::string s = "short";
  std::string t = std::move(s);
  s = "other";
  std::swap(s, t);
  std::vector<std::string> all{s, t, "a long string that does not fit inside"};
  all.push_back(t);
  std::ostringstream out;
  out << 3 << s << 2.5;
  std::deque<long> numbers;
  for (int i = 0; i < 100; ++i) numbers.push_back(i);
  const auto copy = numbers;
  seen = static_cast<long>(out.str().size() + all.size()) + copy[99];
}

void futures() {
  std::promise<std::optional<long>> promise;
  auto future = promise.get_future();
  promise.set_value(std::nullopt);
  if (const auto value = future.get()) seen = *value;
  std::packaged_task<int(int)> task([](int x) { return x + 1; });
  auto result = task.get_future();
  task(2);
  seen = result.get();
}

union Body {
  int number;
  double real;
  void* pointer;
};
struct Message {
  int kind;
  Body body;
  std::string text;
};
void messages() {
  std::queue<Message> queue;
  Message message;
  message.kind = 1;
  message.text = "x";
  queue.push(message);
  Message first = queue.front();
  queue.pop();
  if (first.kind == 2) seen = first.body.number;
  queue.push(std::move(first));
}

struct Ring {
  Body items[4];
  int count = 0;
  Ring() {}
  bool pop(Body& out) {
    const Body first = items[0];
    if (count == 0) return false;
    out = first;
    --count;
    return true;
  }
};
void rings() {
  const auto ring = std::make_unique<Ring>();
  keep(ring.get());
  Body body;
  if (ring->pop(body)) seen = body.number;
}

void exceptions() {
  try {
    throw std::optional<long>();
  } catch (const std::optional<long>& thrown) {
    const auto copy = thrown;
    if (copy) seen = *copy;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 1;
  const auto work = [mode = argv[1]] {
    if (std::strcmp(mode, "optionals") == 0) optionals();
    if (std::strcmp(mode, "variants") == 0) variants();
    if (std::strcmp(mode, "functions") == 0) functions();
    if (std::strcmp(mode, "strings") == 0) strings();
    if (std::strcmp(mode, "futures") == 0) futures();
    if (std::strcmp(mode, "copy_messages") == 0) messages();
    if (std::strcmp(mode, "copy_rings") == 0) rings();
    if (std::strcmp(mode, "copy_exceptions") == 0) exceptions();
  };
  std::thread(work).join();
  work();
}
