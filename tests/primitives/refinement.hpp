// Level 1, the primitive with its atomics and futexes, refines level 2, where every operation is one step of
// the sequential object of primitives/model: random client programs have the same outcomes on both, as two
// exhaustive searches show.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <heddle/gtest.hpp>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace refinement {

using namespace std::chrono_literals;

// A sequential object whose operations are atomic, and wait for their guards.
template <class Model>
class atomically {
 public:
  explicit atomically(Model initial = {}) : model_(std::move(initial)) {}

  template <class Guard, class Effect>
  auto when(Guard guard, Effect effect) {
    std::unique_lock held(lock_);
    changed_.wait(held, [&] { return guard(model_); });
    const auto result = effect(model_);
    changed_.notify_all();
    return result;
  }
  // A wait with a deadline is one look at some moment of the call. False: the guard did not hold then.
  template <class Guard, class Effect>
  bool when_in_time(Guard guard, Effect effect) {
    return now([&](Model& model) {
      const bool holds = guard(model);
      if (holds) effect(model);
      return holds;
    });
  }
  template <class Effect>
  auto now(Effect effect) {
    return when([](const Model&) { return true; }, effect);
  }

 private:
  std::mutex lock_;
  std::condition_variable changed_;
  Model model_;
};

// One operation on an object, by a thread: what it returned, as a number.
template <class Object>
using operation = int (*)(Object&, int thread);

template <class Object>
struct client {
  std::vector<std::vector<operation<Object>>> threads;
  operation<Object> last;  // by the main thread
  bool before_the_join;    // so that everybody gets what he waits for
};

// The texts of all outcomes: what every operation of every thread returned.
template <class Object>
std::set<std::string> outcomes(const client<Object>& program) {
  heddle::CheckOptions options;
  options.strategy = heddle::Strategy::exhaustive;
  options.budget = 20s;
  const heddle::CheckResult result = heddle::check(
      [&] {
        Object object;
        std::string results[3];
        std::vector<std::thread> threads;
        for (std::size_t t = 0; t < program.threads.size(); ++t) {
          threads.emplace_back([&, t] {
            for (const auto run : program.threads[t])
              results[t] += std::to_string(run(object, static_cast<int>(t) + 1)) + " ";
          });
        }
        int last = 0;
        if (program.before_the_join) last = program.last(object, 0);
        for (std::thread& thread : threads) thread.join();
        if (!program.before_the_join) last = program.last(object, 0);
        heddle::observe(results[0] + "| " + results[1] + "| " + results[2] + "| " + std::to_string(last));
      },
      options);
  EXPECT_EQ(result.verdict, heddle::Verdict::verified) << result.report();
  std::set<std::string> texts;
  for (const heddle::Outcome& outcome : result.outcomes) texts.insert(outcome.text);
  return texts;
}

// The operations that a client may use, on both levels in the same order; the last one is for the main
// thread.
template <class Implementation, class Specification>
struct vocabulary {
  std::vector<operation<Implementation>> implementation;
  std::vector<operation<Specification>> specification;
};

enum class main_thread { looks_at_the_end, helps };

// Clients of two threads with three operations, or one each.
template <class Implementation, class Specification>
void expect_refinement(const vocabulary<Implementation, Specification>& words, unsigned seed,
                       main_thread role, std::size_t length_max = 2) {
  ASSERT_EQ(words.implementation.size(), words.specification.size());
  std::mt19937 random(seed);
  const std::size_t last = words.implementation.size() - 1;
  for (int program = 0; program < 12; ++program) {
    client<Implementation> one{{}, words.implementation[last], role == main_thread::helps};
    client<Specification> two{{}, words.specification[last], role == main_thread::helps};
    std::string names;
    const std::size_t longer = 1 + random() % length_max;
    for (const std::size_t length : {longer, std::size_t{1}}) {
      one.threads.emplace_back();
      two.threads.emplace_back();
      for (std::size_t i = 0; i < length; ++i) {
        const std::size_t word = random() % last;
        one.threads.back().push_back(words.implementation[word]);
        two.threads.back().push_back(words.specification[word]);
        names += std::to_string(word) + " ";
      }
      names += "| ";
    }
    const std::set<std::string> expected = outcomes(two);
    EXPECT_FALSE(expected.empty());
    EXPECT_EQ(outcomes(one), expected) << "program " << names << "seed " << seed;
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace refinement
