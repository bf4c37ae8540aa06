// What heddle::verify promises, one thing a test.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <heddle/gtest.hpp>
#include <heddle/verify.hpp>
#include <mutex>
#include <stdexcept>
#include <string>

#include "specifications.hpp"

namespace {

using testing::Test;

template <class Object>
struct Locked {
  std::mutex mutex;
  Object object;
  template <class F>
  auto with(F f) {
    const std::lock_guard guard(mutex);
    return f(object);
  }
};

struct LockedQueue : Locked<specification::Queue> {
  void push(int value) {
    with([&](auto& q) { q.push(value); });
  }
  std::optional<int> pop() {
    return with([](auto& q) { return q.pop(); });
  }
};

// Returns an item twice if two threads pop at once.
struct TornQueue : LockedQueue {
  std::optional<int> pop() {
    const auto value =
        with([](auto& q) { return q.items.empty() ? std::nullopt : std::optional<int>(q.items.front()); });
    if (value) with([](auto& q) { return q.pop(); });
    return value;
  }
};

auto push() {
  return heddle::operation(
      "push", [](auto& queue, int value) { queue.push(value); }, heddle::fresh());
}
auto pop() {
  return heddle::operation("pop", [](auto& queue) { return queue.pop(); });
}

heddle::VerifyOptions quick() {
  heddle::VerifyOptions options;
  options.scenarios = 60;
  options.random_scenarios = 0;
  options.budget = std::chrono::minutes(30);  // of wall time, which says how busy the machine is
  return options;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Verify, ACorrectObjectIsVerified) {
  const heddle::VerifyResult result =
      heddle::verify<LockedQueue, specification::Queue>(push(), pop(), quick());
  EXPECT_HEDDLE(result);
  EXPECT_EQ(result.verdict, heddle::Verdict::verified);
  EXPECT_EQ(result.unfinished, 0U);
  EXPECT_GE(result.all_up_to, 3U);
}

TEST(Verify, TheSmallestScenarioIsReported) {
  const heddle::VerifyResult result = heddle::verify<TornQueue, specification::Queue>(push(), pop(), quick());
  ASSERT_HEDDLE_FINDS("HED020", result);
  EXPECT_TRUE(result.scenario == "push(1) [pop() | pop()]" || result.scenario == "[push(1); pop() | pop()]")
      << result.scenario;
  EXPECT_TRUE(contains(result.report(), "Regression: heddle::scenario(\"" + result.scenario + "\")"));
}

TEST(Verify, TheReportShowsIntervalsAndWhyNothingFits) {
  const heddle::VerifyResult result = heddle::verify<TornQueue, specification::Queue>(
      push(), pop(), heddle::scenario("push(1) [pop() | pop()]"));
  ASSERT_HEDDLE_FINDS("HED020", result);
  EXPECT_TRUE(contains(result.history, "  main  ├push(1)┤\n")) << result.history;
  EXPECT_TRUE(contains(result.history, "├pop() → 1")) << result.history;
  EXPECT_TRUE(contains(result.history, "  main push(1)  before  T1 pop() → 1\n")) << result.history;
  EXPECT_TRUE(contains(result.history, "Longest legal beginning\n  main push(1), T")) << result.history;
  EXPECT_TRUE(contains(result.history, "pop() → 1: the specification returns none\n")) << result.history;
}

TEST(Verify, RandomScenariosAreMadeSmaller) {
  heddle::VerifyOptions options = quick();
  options.scenarios = 0;
  options.random_scenarios = 50;
  const heddle::VerifyResult result = heddle::verify<TornQueue, specification::Queue>(push(), pop(), options);
  ASSERT_HEDDLE_FINDS("HED020", result);
  // Three calls are left, whoever makes them.
  EXPECT_EQ(std::count(result.scenario.begin(), result.scenario.end(), '('), 3) << result.scenario;
}

TEST(Verify, ExceptionsAreResults) {
  struct Specification {
    int left = 1;
    int take() {
      if (left == 0) throw std::out_of_range("empty");
      return left--;
    }
    bool operator==(const Specification&) const = default;
  };
  struct Right {
    std::atomic<int> left{1};
    int take() {
      int seen = left.load();
      do {
        if (seen == 0) throw std::out_of_range("empty");
      } while (!left.compare_exchange_weak(seen, seen - 1));
      return seen;
    }
  };
  struct Wrong : Right {
    int take() {
      if (left.load() == 0) throw std::runtime_error("empty");
      return Right::take();
    }
  };
  const auto take = [] { return heddle::operation("take", [](auto& o) { return o.take(); }); };
  EXPECT_HEDDLE((heddle::verify<Right, Specification>(take(), quick())));
  const heddle::VerifyResult wrong = heddle::verify<Wrong, Specification>(take(), quick());
  ASSERT_HEDDLE_FINDS("HED020", wrong);
  EXPECT_TRUE(contains(wrong.history, "throws std::runtime_error")) << wrong.history;
  EXPECT_TRUE(contains(wrong.history, "the specification throws std::out_of_range")) << wrong.history;
}

TEST(Verify, SeveralResultsMayBeRight) {
  // A try_lock that may fail although the lock is free.
  struct Weak {
    std::atomic<bool> held{false};
    bool try_lock() {
      bool expected = false;
      return held.compare_exchange_strong(expected, true);
    }
    void unlock() { held.store(false); }
  };
  const auto unlock = [] {
    return heddle::operation("unlock", [](auto& l) { l.unlock(); }).after("try_lock");
  };
  const auto weak = heddle::verify<Weak, specification::Lock>(
      heddle::operation("try_lock", [](auto& l) { return l.try_lock(); })
          .allows([](specification::Lock& lock, bool got) { return !got || lock.try_lock(); }),
      unlock(), quick());
  EXPECT_HEDDLE(weak);
  struct Broken : Weak {
    bool try_lock() {
      if (held.load()) return false;
      held.store(true);
      return true;
    }
  };
  EXPECT_HEDDLE_FINDS(
      "HED020", (heddle::verify<Broken, specification::Lock>(
                    heddle::operation("try_lock", [](auto& l) { return l.try_lock(); })
                        .allows([](specification::Lock& lock, bool got) { return !got || lock.try_lock(); }),
                    quick())));
}

// ---- operations that wait

struct BlockingQueue {
  std::mutex mutex;
  std::condition_variable filled;
  std::deque<int> items;
  bool notifies = true;

  void push(int value) {
    const std::lock_guard guard(mutex);
    items.push_back(value);
    if (notifies) filled.notify_one();
  }
  int pop() {
    std::unique_lock guard(mutex);
    filled.wait(guard, [this] { return !items.empty(); });
    const int value = items.front();
    items.pop_front();
    return value;
  }
};

struct ForgetfulQueue : BlockingQueue {
  ForgetfulQueue() { notifies = false; }
};

struct WaitingQueue {
  std::deque<int> items;
  void push(int value) { items.push_back(value); }
  int pop() {
    const int value = items.front();
    items.pop_front();
    return value;
  }
  bool operator==(const WaitingQueue&) const = default;
};

auto waiting_pop() {
  return heddle::operation("pop", [](auto& queue) { return queue.pop(); })
      .waits_until([](const WaitingQueue& queue) { return !queue.items.empty(); });
}

TEST(Verify, AnOperationMayWaitForEverWhereTheSpecificationSaysSo) {
  EXPECT_HEDDLE((heddle::verify<BlockingQueue, WaitingQueue>(push(), waiting_pop(), quick())));
}

TEST(Verify, AnOperationMayNotWaitElsewhere) {
  const heddle::VerifyResult result =
      heddle::verify<ForgetfulQueue, WaitingQueue>(push(), waiting_pop(), quick());
  EXPECT_EQ(result.scenario, "[push(1) | pop()]");
  ASSERT_FALSE(result.findings.empty());
  EXPECT_EQ(result.findings.front().rule, "HED002");
  EXPECT_TRUE(contains(result.history, "T2 pop(): waits, but the specification would let it return"))
      << result.history;
}

TEST(Verify, WithoutWaitsUntilWaitingForEverIsADeadlock) {
  struct NeverEmpty : WaitingQueue {
    int pop() { return items.empty() ? 0 : WaitingQueue::pop(); }
    bool operator==(const NeverEmpty&) const = default;
  };
  EXPECT_HEDDLE_FINDS("HED002", (heddle::verify<BlockingQueue, NeverEmpty>(push(), pop(), quick())));
}

// ---- weaker notions

TEST(Consistency, SequentialAllowsWhatLinearizableForbids) {
  // What a thread writes becomes visible to others when it writes again.
  struct Late {
    std::atomic<int> current{0};
    std::atomic<int> late[3] = {0, 0, 0};
    int write(int v) { return current.exchange(v); }
  };
  struct Delayed {
    std::atomic<int> shown{0};
    int read() { return shown.load(); }
    void write(int) {}  // never shown
  };
  const auto run = [](heddle::Consistency consistency) {
    heddle::VerifyOptions options = quick();
    options.consistency = consistency;
    return heddle::verify<Delayed, specification::Register>(
        heddle::operation(
            "write", [](auto& r, int v) { r.write(v); }, heddle::values(1)),
        heddle::operation("read", [](auto& r) { return r.read(); }),
        heddle::scenario("[write(1) | write(1)] read()"), options);
  };
  EXPECT_HEDDLE_FINDS("HED020", run(heddle::Consistency::linearizable));
  EXPECT_HEDDLE(run(heddle::Consistency::sequential));
  EXPECT_HEDDLE_FINDS("HED020", run(heddle::Consistency::quiescent));
}

TEST(Consistency, QuiescentForgivesReorderingWhileSomethingIsUnderWay) {
  // A counter whose tickets are split over two others: while one thread is inside, another may get them out
  // of order.
  struct Split {
    std::atomic<int> toggle{0};
    std::atomic<int> parts[2] = {0, 1};
    int next() { return parts[toggle.fetch_xor(1)].fetch_add(2); }
  };
  const auto run = [](heddle::Consistency consistency) {
    heddle::VerifyOptions options = quick();
    options.consistency = consistency;
    return heddle::verify<Split, specification::Counter>(
        heddle::operation("next", [](auto& c) { return c.next(); }),
        heddle::scenario("[next(); next() | next()]"), options);
  };
  EXPECT_HEDDLE_FINDS("HED020", run(heddle::Consistency::linearizable));
  EXPECT_HEDDLE(run(heddle::Consistency::quiescent));
}

TEST(Verify, PartsAreCheckedAlone) {
  struct Two {
    std::atomic<int> cells[2] = {0, 0};
    int add(int cell) { return cells[cell].fetch_add(1, std::memory_order_relaxed); }
  };
  struct One {
    int value = 0;
    int add(int) { return value++; }
    bool operator==(const One&) const = default;
  };
  const auto add = [] {
    return heddle::operation(
        "add", [](auto& o, int cell) { return o.add(cell); }, heddle::range(0, 1));
  };
  EXPECT_HEDDLE((heddle::verify<Two, One>(add().on_part([](int cell) { return cell; }), quick())));
  EXPECT_HEDDLE_FINDS("HED020", (heddle::verify<Two, One>(add(), quick())));
}

// ---- progress

struct Heap {
  std::vector<int> items;
  void push(int value) { items.push_back(value); }
  bool operator==(const Heap&) const = default;
};

struct SpinStack {
  std::atomic<bool> busy{false};
  std::vector<int> items;
  void push(int value) {
    while (busy.exchange(true)) {
      while (busy.load()) {
      }
    }
    items.push_back(value);
    busy.store(false);
  }
};

struct CasCounter {
  std::atomic<int> value{0};
  int next() {
    int seen = value.load();
    while (!value.compare_exchange_strong(seen, seen + 1)) {
    }
    return seen;
  }
};

struct AddCounter {
  std::atomic<int> value{0};
  int next() { return value.fetch_add(1); }
};

auto next() {
  return heddle::operation("next", [](auto& c) { return c.next(); });
}

TEST(Progress, ALockIsNotObstructionFree) {
  const heddle::VerifyResult result = heddle::verify<SpinStack, Heap>(push().obstruction_free(), quick());
  ASSERT_HEDDLE_FINDS("HED023", result);
  EXPECT_TRUE(contains(result.history, "× stopped")) << result.history;
  EXPECT_HEDDLE((heddle::verify<SpinStack, Heap>(push(), quick())));
}

TEST(Progress, ACompareExchangeLoopIsLockFreeAndNotWaitFree) {
  EXPECT_HEDDLE((heddle::verify<CasCounter, specification::Counter>(next().lock_free(), quick())));
  EXPECT_HEDDLE_FINDS("HED023",
                      (heddle::verify<CasCounter, specification::Counter>(next().wait_free(3), quick())));
}

TEST(Progress, AnAdditionIsWaitFree) {
  EXPECT_HEDDLE((heddle::verify<AddCounter, specification::Counter>(next().wait_free(2), quick())));
}

// ---- bad specifications, at run time

TEST(BadSpecification, NondeterminismIsSaidSo) {
  static int calls = 0;
  struct Moody {
    int next() { return ++calls; }
  };
  const heddle::VerifyResult result = heddle::verify<AddCounter, Moody>(next(), quick());
  EXPECT_EQ(result.verdict, heddle::Verdict::error);
  EXPECT_TRUE(
      contains(result.message, "the specification is not deterministic: next() gave two different results"))
      << result.message;
}

TEST(BadSpecification, AThrowingCopyIsSaidSo) {
  struct Fragile : specification::Counter {
    Fragile() = default;
    Fragile(const Fragile&) : specification::Counter() { throw std::runtime_error("no copies"); }
    Fragile& operator=(const Fragile&) = default;
  };
  const heddle::VerifyResult result = heddle::verify<AddCounter, Fragile>(next(), quick());
  EXPECT_EQ(result.verdict, heddle::Verdict::error);
  EXPECT_TRUE(contains(result.message, "threw an exception where it may not")) << result.message;
}

TEST(BadSpecification, ACrashIsSaidSo) {
  struct Crashing : specification::Counter {
    int next() {
      if (value == 1) std::abort();
      return specification::Counter::next();
    }
  };
  const heddle::VerifyResult result = heddle::verify<AddCounter, Crashing>(next(), quick());
  EXPECT_EQ(result.verdict, heddle::Verdict::error);
  EXPECT_TRUE(contains(result.message, "the specification fails by itself, called by one thread: HED007"))
      << result.message;
}

// ---- bad objects

TEST(BadObject, WhatItsDestructorThrowsIsFound) {
  struct Throwing : AddCounter {
    ~Throwing() noexcept(false) { throw 1; }
  };
  EXPECT_HEDDLE_FINDS("HED008", (heddle::verify<Throwing, specification::Counter>(next(), quick())));
}

TEST(BadObject, AnOperationThatComputesForEverIsFound) {
  struct Endless : AddCounter {
    int next() {
      for (volatile bool more = true; more;) {
      }
      return 0;
    }
  };
  heddle::VerifyOptions options = quick();
  options.check.minimize = false;  // each attempt takes two seconds
  EXPECT_HEDDLE_FINDS("HED022", (heddle::verify<Endless, specification::Counter>(next(), options)));
}

TEST(BadDeclaration, IsSaidSo) {
  const auto message = [](heddle::VerifyResult result) {
    EXPECT_EQ(result.verdict, heddle::Verdict::error);
    return result.message;
  };
  EXPECT_TRUE(
      contains(message(heddle::verify<LockedQueue, specification::Queue>(push(), pop().after("pusch"))),
               "refers to \"pusch\""));
  EXPECT_TRUE(contains(message(heddle::verify<LockedQueue, specification::Queue>(push(), push())),
                       "two operations are called \"push\""));
  EXPECT_TRUE(contains(message(heddle::verify<LockedQueue, specification::Queue>(
                           push(), pop(), heddle::scenario("[push(1) | pip()]"))),
                       "\"pip\" is not"));
  const auto none = heddle::verify<LockedQueue, specification::Queue>(quick());
  EXPECT_TRUE(contains(message(none), "there are no operations"));
  const auto named = heddle::operation("push(", [](auto& q) { return q.pop(); });
  EXPECT_TRUE(
      contains(message(heddle::verify<LockedQueue, specification::Queue>(named)), "needs a name without"));
  heddle::VerifyOptions empty = quick();
  empty.bounds.calls_per_thread = 0;
  EXPECT_TRUE(contains(message(heddle::verify<LockedQueue, specification::Queue>(push(), pop(), empty)),
                       "must be at least 1"));
  heddle::VerifyOptions huge = quick();
  huge.random_bounds.threads = 100'000;
  EXPECT_TRUE(contains(message(heddle::verify<LockedQueue, specification::Queue>(push(), pop(), huge)),
                       "no bound may be above 100"));
  heddle::VerifyOptions nothing = quick();
  nothing.scenarios = nothing.random_scenarios = 0;
  EXPECT_TRUE(contains(message(heddle::verify<LockedQueue, specification::Queue>(push(), pop(), nothing)),
                       "nothing would be explored"));
  EXPECT_TRUE(contains(message(heddle::verify<LockedQueue, specification::Queue>(push(), pop().at_most(0))),
                       "could never be called"));
}

TEST(BadDeclaration, ConstraintsThatAreNeverMetAreSaidSo) {
  heddle::VerifyOptions options = quick();
  options.constraint = [](const heddle::Scenario&) { return false; };
  const auto result = heddle::verify<LockedQueue, specification::Queue>(push(), pop(), options);
  EXPECT_EQ(result.verdict, heddle::Verdict::inconclusive);
  EXPECT_TRUE(contains(result.message, "no scenario satisfies the constraints")) << result.message;
}

}  // namespace
