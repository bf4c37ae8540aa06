// A small concurrent program on one object, as data, and its text:
//
//   push(1) [push(2); pop() | pop()] size()
//
// What is before the brackets runs first, by the thread that made the object; what is inside runs
// concurrently, one thread for each part between bars; what is behind runs when all threads have ended.
#pragma once

#include <array>
#include <cctype>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace heddle {

inline constexpr std::size_t arguments_max = 4;

struct ScenarioCall {
  unsigned operation = 0;                           // position in the list given to heddle::verify
  std::array<unsigned, arguments_max> arguments{};  // positions in the arguments' domains

  bool operator==(const ScenarioCall&) const = default;
  auto operator<=>(const ScenarioCall&) const = default;
};

struct Scenario {
  using Sequence = std::vector<ScenarioCall>;
  Sequence initial;
  std::vector<Sequence> threads;
  Sequence final;

  bool operator==(const Scenario&) const = default;

  std::size_t size() const {
    std::size_t sum = initial.size() + final.size();
    for (const Sequence& thread : threads) sum += thread.size();
    return sum;
  }
  // Every part, in the order of reading.
  template <class Visit>
  void for_each_part(Visit visit) {
    visit(initial);
    for (Sequence& thread : threads) visit(thread);
    visit(final);
  }
};

// Asks heddle::verify to check this scenario, and only those that are named so.
struct ScenarioText {
  std::string text;
};
inline ScenarioText scenario(std::string text) { return {std::move(text)}; }

namespace detail {

enum class Promise : unsigned char { none, obstruction_free, lock_free, wait_free };

// What scenarios need to know of an operation.
class OperationInfo {
 public:
  static constexpr unsigned unlimited = ~0U;

  virtual ~OperationInfo() = default;
  virtual unsigned arity() const = 0;
  // How many values an argument may have; 0: a fresh one for every call.
  virtual unsigned choices(unsigned argument) const = 0;
  virtual std::string argument_text(unsigned argument, unsigned index) const = 0;

  std::string name;
  unsigned at_most = unlimited;  // calls in a scenario
  std::string role;              // operations of one role are called by one thread only
  std::string after;    // an earlier call of this operation, by the same thread or at first, must exist
  std::string closes;   // each call undoes one earlier call of this operation by the same thread
  bool silent = false;  // gives no result and never waits
  Promise promise = Promise::none;
  unsigned steps_max = 0;  // of a wait-free operation
};

using Vocabulary = std::vector<const OperationInfo*>;

inline std::string text_of(const ScenarioCall& call, const Vocabulary& words) {
  const OperationInfo& word = *words[call.operation];
  std::string text = word.name + "(";
  for (unsigned i = 0; i < word.arity(); ++i)
    text += (i == 0 ? "" : ", ") + word.argument_text(i, call.arguments[i]);
  return text + ")";
}

inline std::string text_of(const Scenario::Sequence& calls, const Vocabulary& words) {
  std::string text;
  for (const ScenarioCall& call : calls) text += (text.empty() ? "" : "; ") + text_of(call, words);
  return text;
}

inline std::string text_of(const Scenario& scenario, const Vocabulary& words) {
  std::string text = text_of(scenario.initial, words);
  text += text.empty() ? "[" : " [";
  for (std::size_t i = 0; i < scenario.threads.size(); ++i)
    text += (i == 0 ? "" : " | ") + text_of(scenario.threads[i], words);
  const std::string end = text_of(scenario.final, words);
  return text + (end.empty() ? "]" : "] " + end);
}

// Reads the text form. `error` says what is wrong and where, and is empty if nothing is.
class ScenarioReader {
 public:
  ScenarioReader(const std::string& text, const Vocabulary& words) : text_(text), words_(words) {}

  Scenario read(std::string& error) {
    Scenario scenario;
    scenario.initial = sequence("[");
    if (!take('[')) fail("[ expected: the concurrent part is in brackets");
    do scenario.threads.push_back(sequence("|]"));
    while (take('|'));
    if (!take(']')) fail("] expected");
    scenario.final = sequence("");
    if (error_.empty() && at_ != text_.size()) fail("the end expected");
    error = error_;
    return scenario;
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }
  bool take(char wanted) {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  void fail(const std::string& what) {
    if (error_.empty())
      error_ = what + " at column " + std::to_string(at_ + 1) + " of the scenario \"" + text_ + "\"";
  }

  Scenario::Sequence sequence(const std::string& ends) {
    Scenario::Sequence calls;
    while (error_.empty()) {
      while (take(';')) {
      }
      skip_blanks();
      if (at_ == text_.size() || ends.find(text_[at_]) != std::string::npos) break;
      calls.push_back(call());
    }
    return calls;
  }

  ScenarioCall call() {
    const std::size_t open = text_.find('(', at_);
    const std::string name = text_.substr(at_, open == std::string::npos ? open : open - at_);
    ScenarioCall call;
    while (call.operation < words_.size() && words_[call.operation]->name != name) ++call.operation;
    if (call.operation == words_.size() || open == std::string::npos) {
      fail("an operation expected, which " + (name.empty() ? std::string("nothing") : "\"" + name + "\"") +
           " is not,");
      return call;
    }
    at_ = open + 1;
    const OperationInfo& word = *words_[call.operation];
    for (unsigned i = 0; i < word.arity() && error_.empty(); ++i) {
      if (i > 0 && !take(',')) fail(", expected");
      call.arguments[i] = argument(word, i);
    }
    if (!take(')')) fail(") expected");
    return call;
  }

  unsigned argument(const OperationInfo& word, unsigned position) {
    skip_blanks();
    if (word.choices(position) == 0) {
      unsigned number = 0;
      const std::size_t begin = at_;
      while (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_])) != 0)
        number = number * 10 + static_cast<unsigned>(text_[at_++] - '0');
      if (at_ == begin) fail("a number expected");
      return number;
    }
    // The longest that fits: 1 is not the argument of add(10).
    unsigned best = 0;
    std::size_t length = 0;
    for (unsigned i = 0; i < word.choices(position); ++i) {
      const std::string candidate = word.argument_text(position, i);
      if (candidate.size() <= length || text_.compare(at_, candidate.size(), candidate) != 0) continue;
      best = i;
      length = candidate.size();
    }
    if (length == 0) fail("an argument of " + word.name + " expected");
    at_ += length;
    return best;
  }

  const std::string text_;
  const Vocabulary& words_;
  std::size_t at_ = 0;
  std::string error_;
};

}  // namespace detail
}  // namespace heddle
