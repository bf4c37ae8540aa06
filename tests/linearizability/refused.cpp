// Declarations the compiler must refuse, in words: one for each value of CASE.
#include <atomic>
#include <heddle/verify.hpp>
#include <string>

struct Counter {
  int value = 0;
  int next() { return value++; }
};
struct Uncopyable {
  std::atomic<int> value{0};
  int next() { return value++; }
};
struct NeedsArguments {
  explicit NeedsArguments(int) {}
  int next() { return 0; }
};
struct Wordy {
  std::string next() { return "0"; }
};

int main() {
  const auto next = heddle::operation("next", [](auto& c) { return c.next(); });
#if CASE == 0
  (void)heddle::verify<Counter, Counter>(next);
#elif CASE == 1
  (void)heddle::verify<Counter, Uncopyable>(next);
#elif CASE == 2
  (void)heddle::verify<NeedsArguments, Counter>(next);
#elif CASE == 3
  (void)heddle::verify<Counter, Wordy>(next);
#elif CASE == 4
  (void)heddle::verify<Counter, Counter>(
      heddle::operation("next", [](Counter& c, const std::string&) { return c.next(); }));
#endif
}
