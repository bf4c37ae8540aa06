// The scenarios heddle::verify makes, and their text.
#include <heddle/gtest.hpp>
#include <heddle/verify.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

using heddle::detail::Generator;
using heddle::detail::ScenarioReader;
using heddle::detail::Vocabulary;

class Word final : public heddle::detail::OperationInfo {
 public:
  explicit Word(std::string named, std::vector<int> values = {}, bool fresh = false)
      : values_(std::move(values)), fresh_(fresh) {
    name = std::move(named);
  }
  unsigned arity() const override { return fresh_ || !values_.empty() ? 1 : 0; }
  unsigned choices(unsigned) const override { return fresh_ ? 0 : static_cast<unsigned>(values_.size()); }
  std::string argument_text(unsigned, unsigned index) const override {
    return std::to_string(fresh_ ? static_cast<int>(index) : values_[index]);
  }

 private:
  std::vector<int> values_;
  bool fresh_;
};

std::vector<std::string> all_of_size(std::size_t size, const Vocabulary& words,
                                     const heddle::ScenarioBounds& bounds) {
  std::vector<std::string> all;
  Generator(words, nullptr).all_of_size(size, bounds, [&](const heddle::Scenario& scenario) {
    all.push_back(text_of(scenario, words));
    return true;
  });
  return all;
}

TEST(Scenarios, EachIsMadeOnceUpToTheOrderOfThreads) {
  Word a("a");
  Word b("b");
  const Vocabulary words = {&a, &b};
  EXPECT_EQ(all_of_size(2, words, {2, 3, 0, 0}),
            (std::vector<std::string>{"[a() | a()]", "[a() | b()]", "[b() | b()]"}));
  // One thread has two calls, the other one: 2^3. Or one call before or after two threads of one: 3 * 2 each.
  EXPECT_EQ(all_of_size(3, words, {2, 3, 1, 1}).size(), 8U + 6U + 6U);
  // Three threads of one call: multisets of three from two.
  EXPECT_EQ(all_of_size(3, words, {3, 1, 0, 0}).size(), 4U);
  for (std::size_t size = 2; size <= 6; ++size) {
    const auto all = all_of_size(size, words, {3, 2, 1, 1});
    EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size());
  }
}

TEST(Scenarios, FreshValuesAreNumberedInTheOrderOfReading) {
  Word push("push", {}, true);
  const Vocabulary words = {&push};
  EXPECT_EQ(all_of_size(4, words, {2, 1, 1, 1}),
            (std::vector<std::string>{"push(1) [push(2) | push(3)] push(4)"}));
}

TEST(Scenarios, ConstraintsHold) {
  Word push("push");
  Word pop("pop");
  Word close("close");
  push.role = "producer";
  pop.role = "consumer";
  pop.after = "push";
  close.at_most = 1;
  const Vocabulary words = {&push, &pop, &close};
  for (const std::string& text : all_of_size(4, words, {2, 3, 1, 1})) {
    const std::size_t bar = text.find('|');
    const std::size_t first = text.find("close");
    EXPECT_TRUE(first == std::string::npos || text.find("close", first + 1) == std::string::npos) << text;
    if (text.find("pop") == std::string::npos || text.find("pop") > text.find(']')) continue;
    // A consumer has no push of its own: the one in the first part lets it begin.
    const std::string left = text.substr(text.find('['), bar - text.find('['));
    const std::string right = text.substr(bar, text.find(']') - bar);
    const auto both = [&](const char* word) {
      return left.find(word) != std::string::npos && right.find(word) != std::string::npos;
    };
    EXPECT_FALSE(both("push") || both("pop")) << text;
  }
  Word lock("lock");
  Word unlock("unlock");
  unlock.closes = "lock";
  const Vocabulary locks = {&lock, &unlock};
  EXPECT_EQ(all_of_size(4, locks, {2, 2, 0, 0}),
            (std::vector<std::string>{"[lock(); unlock() | lock(); unlock()]"}));
}

TEST(Scenarios, TextIsReadBack) {
  Word push("push", {1, 10, -3});
  Word pop("pop");
  Word fresh("fresh", {}, true);
  const Vocabulary words = {&push, &pop, &fresh};
  const Generator generator(words, nullptr);
  std::uint64_t state = 7;
  for (int i = 0; i < 500; ++i) {
    const heddle::Scenario scenario = generator.random({3, 3, 2, 2}, state);
    std::string error;
    EXPECT_EQ(ScenarioReader(text_of(scenario, words), words).read(error), scenario)
        << text_of(scenario, words);
    EXPECT_EQ(error, "");
  }
  std::string error;
  ScenarioReader("[push(2) | pop()]", words).read(error);
  EXPECT_EQ(error, "an argument of push expected at column 7 of the scenario \"[push(2) | pop()]\"");
  ScenarioReader("push(1)", words).read(error);
  EXPECT_EQ(error, "[ expected: the concurrent part is in brackets at column 8 of the scenario \"push(1)\"");
}

}  // namespace
