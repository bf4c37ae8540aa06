// As completed.c, what only C++ has: calls that may throw, objects made in place, empty classes, padding that
// another object lives in, and what the C++ library copies with.
#include <algorithm>
#include <atomic>
#include <mutex>
#include <new>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#define NOINLINE __attribute__((noipa))

namespace {

struct Pair {
  long first = 0;
  long second = 0;
};

Pair shared;
std::vector<int> numbers(16);
std::string text(40, 'x');
volatile bool throws = false;
volatile int result;

NOINLINE Pair make() {
  if (throws) throw 1;
  return {1, 2};
}
NOINLINE void take(Pair pair) { result = static_cast<int>(pair.second); }

void result_of_throwing() {
  try {
    shared = make();
  } catch (int) {
    result = 1;
  }
}
void argument_of_throwing() {
  const std::string guard(30, 'x');  // whose destructor makes the call one that may be left by an exception
  take(shared);
  result = static_cast<int>(guard.size());
}
void initialised() { static_cast<void>(new (&shared) Pair(make())); }
void copied() {
  int here[16] = {};
  std::copy(numbers.begin(), numbers.end(), here);
  result = here[3];
}
void filled() { std::fill_n(reinterpret_cast<char*>(numbers.data()), 33, 'x'); }
void assigned() { text.assign("01234567890123456789"); }
void compared() { result = text.compare("xxxxxxxxxxxxxxx"); }

struct Mode {
  const char* name;
  char* victim;
  void (*act)();
};
const Mode modes[] = {
    {"result_of_throwing", reinterpret_cast<char*>(&shared.second), result_of_throwing},
    {"argument_of_throwing", reinterpret_cast<char*>(&shared.second), argument_of_throwing},
    {"initialised", reinterpret_cast<char*>(&shared.second), initialised},
    {"copied", reinterpret_cast<char*>(&numbers[3]), copied},
    {"filled", reinterpret_cast<char*>(&numbers[3]), filled},
    {"assigned", &text[9], assigned},
    {"compared", &text[9], compared},
};

// An object that others use before the function that makes it returns.
struct Published;
std::atomic<Published*> published{nullptr};
struct Published {
  explicit Published(int n) : number(n) { published.store(this, std::memory_order_release); }
  Published(const Published&) = delete;
  int number;
};
NOINLINE Published make_published() { return Published(7); }
void use_published() {
  if (Published* seen = published.load(std::memory_order_acquire); seen != nullptr) ++seen->number;
}
alignas(Published) char place[sizeof(Published)];
void publish() { new (place) Published(make_published()); }

// Nothing is read of an empty object, and nothing of the padding at the end of another.
struct Empty {};
struct Padded {
  Padded() = default;
  explicit Padded(int n) : number(n) {}
  int number = 0;
  char last = 0;
};
struct Beside : Padded {
  char here = 0;
};
struct Overlapping {
  [[no_unique_address]] Empty empty;
  char number = 0;
};
static_assert(sizeof(Beside) == sizeof(Padded) && sizeof(Overlapping) == 1);
Beside beside;
Overlapping overlapping;
NOINLINE void take_empty(Empty) {}
NOINLINE void take_padded(Padded padded) { result = padded.number; }
void use_beside() {
  take_empty(overlapping.empty);
  take_padded(beside);
}

// A call that is left by an exception writes no result.
void assign_nothing() {
  throws = true;
  result_of_throwing();
}

void beside_each_other(void (*one)(), void (*other)()) {
  std::thread thread(other);
  one();
  thread.join();
}

void take_all() {
  static std::mutex lock;
  const std::scoped_lock held(lock);
  for (const Mode& mode : modes) mode.act();
}

}  // namespace

int main(int count, char** words) {
  const std::string_view chosen = count > 1 ? words[1] : "";
  if (chosen == "fine") {
    beside_each_other(take_all, take_all);
  } else if (chosen == "fine_published") {
    beside_each_other(use_published, publish);
  } else if (chosen == "fine_padding") {
    beside_each_other(use_beside, [] {
      beside.here = 1;
      overlapping.number = 1;
    });
  } else if (chosen == "fine_exception") {
    beside_each_other(assign_nothing, [] { shared.second = 5; });
  } else {
    const auto* mode = std::find_if(std::begin(modes), std::end(modes),
                                    [&](const Mode& other) { return other.name == chosen; });
    if (mode == std::end(modes)) return 2;
    std::thread thread([=] { *mode->victim = '5'; });
    mode->act();
    thread.join();
  }
  return 0;
}
