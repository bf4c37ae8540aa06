// heddle::check: verdicts, what is put back between executions, and what the program keeps.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <heddle/gtest.hpp>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using heddle::check;
using heddle::CheckOptions;
using heddle::CheckResult;
using heddle::Verdict;

CheckOptions executions(std::uint64_t most) {
  CheckOptions options;
  options.strategy = heddle::Strategy::random_walk;
  options.max_executions = most;
  options.budget = std::chrono::milliseconds(0);
  return options;
}

TEST(Check, AProgramWithoutABugIsVerified) {
  const CheckResult result = check([] {
    std::atomic<bool> ready{false};
    int data = 0;
    std::thread producer([&] {
      data = 42;
      ready.store(true, std::memory_order_release);
    });
    std::thread consumer([&] {
      if (ready.load(std::memory_order_acquire)) heddle::expect(data == 42);
    });
    producer.join();
    consumer.join();
  });
  EXPECT_HEDDLE(result);
  EXPECT_EQ(result.verdict, Verdict::verified);
  EXPECT_EQ(result.reason, "exhausted");
  EXPECT_EQ(result.complete, 2);
  EXPECT_EQ(result.blocked + result.cut, 0);
  EXPECT_EQ(result.check, "Check.AProgramWithoutABugIsVerified#1");
  EXPECT_TRUE(result.findings.empty());
}

// Not through libc, where it would be seen.
void end_the_process() {
  constexpr long exit_group = 231;
  long result = exit_group;
  __asm__ volatile("syscall" : "+a"(result) : "D"(0L) : "rcx", "r11", "memory");
}

TEST(Check, AFindingIsKeptWhenTheProgramEndsWhileItIsShortened) {
  CheckOptions options;
  options.more = "strategy=bounded";
  const CheckResult result = check(
      [] {
        std::atomic<int> first{0};
        const auto go = [&first](int who) {
          int nobody = 0;
          first.compare_exchange_strong(nobody, who);
        };
        std::thread a(go, 1);
        std::thread b(go, 2);
        a.join();
        b.join();
        if (first == 2) end_the_process();
        heddle::expect(false);
      },
      options);
  ASSERT_EQ(result.verdict, Verdict::bug) << result.message;
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_NE(result.findings[0].token, "");
}

TEST(Check, ARaceIsFoundAndReported) {
  const CheckResult result = check([] {
    int data = 0;
    std::thread writer([&] { data = 1; });
    heddle::expect(data < 2);
    writer.join();
  });
  EXPECT_FALSE(result.passed());
  ASSERT_EQ(result.verdict, Verdict::bug);
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].rule, "HED001");
  EXPECT_EQ(result.findings[0].token.rfind("heddle1:", 0), 0U);
  EXPECT_EQ(result.exit_code(), 1);
  const std::string report = result.report();
  EXPECT_NE(report.find("HED001 Data race"), std::string::npos) << report;
  EXPECT_NE(report.find("check_test.cpp"), std::string::npos) << report;
  EXPECT_NE(report.find("--gtest_filter=Check.ARaceIsFoundAndReported"), std::string::npos) << report;
}

TEST(Check, EveryOutcomeIsObserved) {
  CheckOptions options;
  options.strategy = heddle::Strategy::exhaustive;
  const CheckResult result = check(
      [] {
        std::atomic<int> x{0}, y{0};
        std::thread a([&] {
          x.store(1, std::memory_order_relaxed);
          heddle::observe(y.load(std::memory_order_relaxed));
        });
        std::thread b([&] {
          y.store(1, std::memory_order_relaxed);
          heddle::observe(x.load(std::memory_order_relaxed));
        });
        a.join();
        b.join();
      },
      options);
  EXPECT_HEDDLE(result);
  ASSERT_EQ(result.outcomes.size(), 4U);
  std::uint64_t sum = 0;
  std::set<std::string> texts;
  for (const heddle::Outcome& outcome : result.outcomes) {
    texts.insert(outcome.text);
    sum += outcome.count;
  }
  EXPECT_EQ(texts, (std::set<std::string>{"0 0", "0 1", "1 0", "1 1"}));
  EXPECT_EQ(sum, result.complete);
}

TEST(Check, TheModelIsAnOption) {
  CheckOptions options;
  options.model = heddle::MemoryModel::sc;
  const auto body = [] {
    std::atomic<int> x{0}, y{0};
    int a = 0;
    std::thread one([&] {
      x.store(1, std::memory_order_relaxed);
      a = y.load(std::memory_order_relaxed);
    });
    y.store(1, std::memory_order_relaxed);
    const int b = x.load(std::memory_order_relaxed);
    one.join();
    heddle::expect(a + b > 0);
  };
  EXPECT_HEDDLE(check(body, options));
  EXPECT_HEDDLE_FINDS("HED006", check(body));
}

int global_count = 7;
thread_local int local_count = 8;

struct Fixture : testing::Test {
  std::vector<int> numbers{1, 2, 3};
  std::string text = "a text that is too long for the small buffer of std::string";
};

TEST_F(Fixture, EveryExecutionStartsFromTheProgramsState) {
  int captured = 5;
  auto owned = std::make_unique<int>(6);
  std::vector<std::string> words(1000, "a word that is too long for the small buffer of std::string");
  const auto body = [&] {
    EXPECT_EQ(captured, 5);
    EXPECT_EQ(*owned, 6);
    EXPECT_EQ(global_count, 7);
    EXPECT_EQ(local_count, 8);
    EXPECT_EQ(numbers.size(), 3U);
    EXPECT_EQ(words[500].size(), 59U);
    EXPECT_EQ(text.back(), 'g');
    captured = *owned = global_count = local_count = 0;
    numbers.push_back(4);
    text += "!";
    words[500].clear();
    words.clear();
    owned.reset();
    std::thread other([&] { captured = 1; });
    other.join();
  };
  const CheckResult result = check(body, executions(50));
  EXPECT_HEDDLE(result);
  EXPECT_EQ(result.complete, 50U);
  // Nothing of it is seen here.
  EXPECT_EQ(captured, 5);
  EXPECT_EQ(*owned, 6);
  EXPECT_EQ(global_count, 7);
  EXPECT_EQ(local_count, 8);
  EXPECT_EQ(numbers.size(), 3U);
  EXPECT_EQ(words.size(), 1000U);
}

TEST(Check, AGoogleTestAssertionInTheBodyIsABug) {
  const CheckResult result = check([] {
    std::atomic<int> x{0};
    std::thread other([&] { x = 1; });
    EXPECT_EQ(x.load(), 0) << "seen too early";
    other.join();
  });
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].rule, "HED006");
  EXPECT_NE(result.findings[0].message.find("seen too early"), std::string::npos)
      << result.findings[0].message;
}

TEST(Check, EndingsOfTheBody) {
  EXPECT_HEDDLE_FINDS("HED008", check([] { throw std::runtime_error("boom"); }));
  EXPECT_HEDDLE_FINDS("HED009", check([] { *static_cast<volatile int*>(nullptr) = 1; }));
  EXPECT_HEDDLE_FINDS("HED007", check([] { std::abort(); }));
  EXPECT_HEDDLE_FINDS("HED021", check([] { std::_Exit(3); }));
  EXPECT_HEDDLE(check([] { std::_Exit(0); }));
  EXPECT_HEDDLE_FINDS("HED009", check([] { std::raise(SIGTERM); }));
}

TEST(Check, ThreadsThatOutliveTheBodyAreWaitedFor) {
  EXPECT_HEDDLE_FINDS("HED002", check([] {
                        auto* mutex = new std::mutex;
                        mutex->lock();
                        std::thread([mutex] { mutex->lock(); }).detach();
                      }));
  std::atomic<int> done{0};
  const CheckResult result = check(
      [&] {
        std::thread([&done] {
          done = 1;
          heddle::observe(done.load());
        }).detach();
      },
      executions(20));
  EXPECT_HEDDLE(result);
  ASSERT_EQ(result.outcomes.size(), 1U);
  EXPECT_EQ(result.outcomes[0].count, 20U);
}

TEST(Check, KeepGoingCollectsEveryBug) {
  CheckOptions options;
  options.keep_going = true;
  options.max_executions = 200;
  const CheckResult result = check(
      [] {
        std::atomic<int> x{0};
        std::thread other([&] { x = 1; });
        const int seen = x.load();
        heddle::expect(seen == 0, "first");
        other.join();
        heddle::expect(seen != 0, "second");
      },
      options);
  EXPECT_EQ(result.findings.size(), 2U);
}

TEST(Check, NothingExploredToItsEndIsInconclusive) {
  CheckOptions options = executions(10);
  options.max_events = 50;
  const CheckResult result = check(
      [] {
        std::atomic<int> x{0};
        while (x.fetch_add(1) < 1000) {
        }
      },
      options);
  EXPECT_EQ(result.verdict, Verdict::inconclusive);
  EXPECT_EQ(result.cut, 10U);
  EXPECT_FALSE(result.passed());
  EXPECT_EQ(result.exit_code(), 3);
}

TEST(Check, WrongOptionsAreNamed) {
  CheckOptions options;
  options.more = "colour=blue";
  CheckResult result = check([] {}, options);
  EXPECT_EQ(result.verdict, Verdict::error);
  EXPECT_NE(result.message.find("colour"), std::string::npos) << result.message;
  options.more = "strategy=psychic";
  result = check([] {}, options);
  EXPECT_EQ(result.verdict, Verdict::error);
  EXPECT_NE(result.message.find("psychic"), std::string::npos) << result.message;
}

TEST(Check, OtherThreadsMustNotExist) {
  std::atomic<bool> stop{false};
  std::thread other([&] {
    while (!stop) usleep(1000);
  });
  const CheckResult result = check([] {});
  stop = true;
  other.join();
  EXPECT_EQ(result.verdict, Verdict::error);
  EXPECT_NE(result.message.find("other threads"), std::string::npos) << result.message;
  EXPECT_HEDDLE(check([] {}));
}

TEST(Check, ANestedCheckRunsInPlace) {
  const CheckResult result = check(
      [] {
        std::atomic<int> x{0};
        const CheckResult inner = check([&] {
          std::thread other([&] { ++x; });
          other.join();
        });
        heddle::expect(inner.passed() && inner.mode == "in_place");
        heddle::observe(x.load());
      },
      executions(5));
  EXPECT_HEDDLE(result);
  ASSERT_EQ(result.outcomes.size(), 1U);
  EXPECT_EQ(result.outcomes[0].text, "1");
}

TEST(Check, AnUnsupportedCallIsNamed) {
  const CheckResult result = check([] { (void)fork(); });
  EXPECT_EQ(result.verdict, Verdict::error);
  EXPECT_EQ(result.message.rfind("fork: ", 0), 0U) << result.message;
}

int uncontrolled_source() {
  int pipe_ends[2];
  static char counter = 0;
  if (pipe(pipe_ends) != 0) return 0;
  (void)counter;
  close(pipe_ends[0]);
  close(pipe_ends[1]);
  return 0;
}

TEST(Check, IsolationIsAnOption) {
  CheckOptions options = executions(20);
  options.isolation = heddle::Isolation::fork;
  int captured = 0;
  const CheckResult result = check(
      [&] {
        heddle::expect(captured == 0);
        captured = 1 + uncontrolled_source();
        std::thread other([&] { heddle::observe(captured); });
        other.join();
      },
      options);
  EXPECT_HEDDLE(result);
  EXPECT_EQ(result.complete, 20U);
  ASSERT_EQ(result.outcomes.size(), 1U);
  EXPECT_EQ(result.outcomes[0].count, 20U);
  EXPECT_HEDDLE_FINDS("HED006", check([] { heddle::expect(false); }, options));
}

TEST(Check, NativeThreadsBetweenChecksShareTheHeap) {
  std::vector<std::thread> threads;
  std::atomic<int> sum{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&sum] {
      for (int i = 0; i < 2000; ++i) {
        std::vector<int> block(static_cast<std::size_t>(i % 97 + 1), 1);
        sum += static_cast<int>(block.size());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(sum, 0);
  EXPECT_HEDDLE(check([] {}));
}

// Overhead of a check: 3 ms of CPU time at most, and memory that does not grow with their number.
TEST(Check, ManyChecksAreCheap) {
  const auto cpu_ms = [] {
    double sum = 0;
    for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
      rusage used{};
      getrusage(who, &used);
      for (const timeval& t : {used.ru_utime, used.ru_stime})
        sum += 1e3 * double(t.tv_sec) + 1e-3 * double(t.tv_usec);
    }
    return sum;
  };
  constexpr int checks = 200;
  const double before = cpu_ms();
  for (int i = 0; i < checks; ++i) {
    EXPECT_HEDDLE(check([] {
      std::atomic<int> x{0};
      std::thread other([&] { ++x; });
      ++x;
      other.join();
      heddle::expect(x == 2);
    }));
  }
  EXPECT_LT((cpu_ms() - before) / checks, 6.0);  // twice what is promised: the machine may be busy
}

}  // namespace
