#include <gtest/gtest.h>

#include "reports/format/fingerprint.hpp"
#include "reports/format/names.hpp"
#include "reports/symbolize/object_names.hpp"
#include "tests/unit/report_test_support.hpp"

namespace heddle::test {
namespace {

TEST(ShortFunction, LosesTemplateArgumentsParametersAndReturnTypes) {
  using format::short_function;
  EXPECT_EQ(short_function("main"), "main");
  EXPECT_EQ(short_function("void Queue<int, 4ul>::push(int const&) [clone .isra.0]"), "Queue::push");
  EXPECT_EQ(short_function("Stack::peek() const"), "Stack::peek");
  EXPECT_EQ(short_function("(anonymous namespace)::worker(std::function<void ()>)"), "worker");
  EXPECT_EQ(short_function("std::vector<int, std::allocator<int> >::operator[](unsigned long)"),
            "std::vector::operator[]");
  EXPECT_EQ(short_function("Functor::operator()(int) const"), "Functor::operator()");
  EXPECT_EQ(short_function("bool operator<(Key const&, Key const&)"), "operator<");
  EXPECT_EQ(short_function("std::ostream& operator<< <char>(std::ostream&, char)"), "operator<<");
  EXPECT_EQ(short_function("Smart<int>::operator->() const"), "Smart::operator->");
}

TEST(ShortFunction, LambdasOfBothCompilersAreAlike) {
  using format::short_function;
  EXPECT_EQ(short_function("main::{lambda(int)#1}::operator()(int) const"), "main::lambda");
  EXPECT_EQ(short_function("main::'lambda'(int)::operator()(int) const"), "main::lambda");
  EXPECT_EQ(short_function("main::$_0::operator()() const"), "main::lambda");
  EXPECT_EQ(short_function("main()::<lambda()>"), "main::lambda");
}

TEST(OperandInSource, FindsTheObjectOfACall) {
  using report::operand_in_source;
  EXPECT_EQ(operand_in_source("queue.head.store(1, std::memory_order_release);", "atomic store"),
            "queue.head");
  EXPECT_EQ(operand_in_source("while (!ready.load()) {}", "atomic load"), "ready");
  EXPECT_EQ(operand_in_source("this->head->next.exchange(n);", "exchange"), "head->next");
  EXPECT_EQ(operand_in_source("a.store(b.load());", "atomic load"), "b");
  EXPECT_EQ(operand_in_source("a.store(b.load());", "atomic store"), "a");
  EXPECT_EQ(operand_in_source("forks[(i + 1) % n].lock();", "pthread_mutex_lock"), "forks[(i + 1) % n]");
  EXPECT_EQ(operand_in_source("std::lock_guard<std::mutex> guard(bank.mutex);", "pthread_mutex_lock"),
            "bank.mutex");
  EXPECT_EQ(operand_in_source("std::unique_lock lock{m};", "pthread_mutex_lock"), "m");
  EXPECT_EQ(operand_in_source("pthread_mutex_lock(&pool->mutex);", "pthread_mutex_lock"), "pool->mutex");
  EXPECT_EQ(operand_in_source("changed.notify_one();", "pthread_cond_signal"), "changed");
  EXPECT_EQ(operand_in_source("counter++;", "write"), "counter");
  EXPECT_EQ(operand_in_source("shared.total += n;", "write"), "shared.total");
}

TEST(OperandInSource, SaysNothingWhenTheLineDoesNot) {
  using report::operand_in_source;
  EXPECT_EQ(operand_in_source("", "atomic load"), "");
  EXPECT_EQ(operand_in_source("push(&queue, 3);", "atomic store"), "");
  EXPECT_EQ(operand_in_source("a.load() + b.load();", "atomic load"), "");
  EXPECT_EQ(operand_in_source("if (x == 1) y = 2;", "read"), "");
}

TEST(ObjectNames, FollowTheSymbolTableAndTheSource) {
  const format::RunRecords race = golden_records("data_race");
  EXPECT_EQ(race.findings[0].objects[0].name, "queue.data");
  EXPECT_EQ(race.findings[0].objects[1].name, "queue.ready");
  const format::RunRecords uaf = golden_records("use_after_free");
  EXPECT_EQ(uaf.findings[0].objects[0].name, "heap block of Stack::push+8");
  EXPECT_EQ(uaf.findings[0].objects[1].name, "atomic");
}

TEST(ObjectNames, DoNotComeFromLinesThatCallALibrary) {
  format::Frame library;
  library.function = "Queue::pop";
  library.file = "/usr/include/queue.hpp";
  library.line = 7;
  library.library = true;
  format::Frame user;
  user.function = "main";
  user.file = "main.cpp";
  user.line = 3;
  user.source = "found = queue.pop();";
  const auto name_of = [](std::string kind, std::vector<format::Frame> frames) {
    format::Finding finding;
    finding.objects.resize(1);
    finding.objects[0].id = 0;
    finding.objects[0].region = "heap";
    finding.accesses.resize(1);
    finding.accesses[0].object = 0;
    finding.accesses[0].kind = std::move(kind);
    finding.accesses[0].stack.frames = std::move(frames);
    report::name_objects(finding, {std::nullopt});
    return finding.objects[0].name;
  };
  EXPECT_EQ(name_of("write", {user}), "found");
  EXPECT_EQ(name_of("write", {library, user}), "heap block");
  EXPECT_EQ(name_of("atomic read", {library, user}), "heap block");
  format::Frame standard = library;
  standard.file = "/usr/include/c++/12/atomic";
  user.source = "ready = true;";
  EXPECT_EQ(name_of("atomic write", {standard, user}), "ready");
}

TEST(ObjectNames, AreUniqueInAFinding) {
  format::Finding finding;
  for (int i = 0; i < 3; ++i) {
    format::Object o;
    o.id = i;
    o.kind = "mutex";
    finding.objects.push_back(o);
  }
  report::name_objects(finding, {});
  EXPECT_EQ(finding.objects[0].name, "mutex#1");
  EXPECT_EQ(finding.objects[2].name, "mutex#3");
}

TEST(Fingerprint, DoesNotDependOnAddressesLinesTokensOrOrder) {
  const format::Finding original = golden_records("data_race").findings[0];
  format::Finding other = original;
  std::swap(other.accesses[0], other.accesses[1]);
  other.token = "heddle1:other";
  other.steps.clear();
  for (format::Access& a : other.accesses) {
    a.address = "0x1";
    a.thread += 3;
    for (format::Frame& f : a.stack.frames) {
      f.line += 10;
      f.offset += 64;
      f.file = "/elsewhere/" + format::base_name(f.file);
    }
  }
  EXPECT_EQ(format::fingerprint(other), format::fingerprint(original));
  EXPECT_EQ(format::fingerprint(original).size(), 16U);
}

TEST(Fingerprint, TellsBugsApart) {
  const format::Finding original = golden_records("data_race").findings[0];
  format::Finding rule = original;
  rule.rule = "HED016";
  format::Finding function = original;
  for (format::Frame& f : function.accesses[1].stack.frames) f.function = "other()";
  format::Finding object = original;
  for (format::Object& o : object.objects) o.name = "other";
  for (const format::Finding& f : {rule, function, object})
    EXPECT_NE(format::fingerprint(f), format::fingerprint(original));
}

TEST(Fingerprint, AssertionsOfOneFunctionDifferByWhatTheyAssert) {
  format::Finding first;
  first.rule = "HED006";
  first.message = "/home/me/a.cpp:12: int main(): Assertion `x == 1' failed.";
  format::Finding moved = first;
  moved.message = "/build/a.cpp:19: int main(): Assertion `x == 1' failed.";
  format::Finding second = first;
  second.message = "/home/me/a.cpp:12: int main(): Assertion `y == 1' failed.";
  EXPECT_EQ(format::fingerprint(first), format::fingerprint(moved));
  EXPECT_NE(format::fingerprint(first), format::fingerprint(second));
}

}  // namespace
}  // namespace heddle::test
