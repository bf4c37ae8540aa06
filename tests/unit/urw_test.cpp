// URW draws every interleaving with the same chance, once it knows how much each thread does.

#include "checker/explore/random/urw.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <string>

#include "checker/explore/random/random_explorer.hpp"
#include "checker/models/sc.hpp"
#include "tests/unit/script_host.hpp"

namespace heddle::test {
namespace {

using explore::Draw;
using explore::Ending;
using explore::RandomExplorer;
using explore::Situation;
using kernel::Operation;
using kernel::ThreadId;

bool is_join(const Operation& op) { return op.site.object_kind == kernel::ObjectKind::thread; }

// Writes down who did what, joins left out: a letter for each operation.
class Recorded final : public explore::Strategy {
 public:
  explicit Recorded(Strategy& inner) : inner_(inner) {}
  const char* name() const override { return inner_.name(); }
  void begin(std::uint64_t execution) override {
    order.clear();
    inner_.begin(execution);
  }
  ThreadId pick(const Situation& s) override { return inner_.pick(s); }
  std::uint32_t draw(std::uint32_t n, Draw what) override { return inner_.draw(n, what); }
  void spawned(ThreadId t) override { inner_.spawned(t); }
  void arrived(ThreadId t) override { inner_.arrived(t); }
  void performed(ThreadId t, const Operation& op, const Situation& s) override {
    if (!is_join(op)) order.push_back(static_cast<char>('a' + t));
    inner_.performed(t, op, s);
  }
  void yielded(ThreadId t) override { inner_.yielded(t); }
  void waited(ThreadId t) override { inner_.waited(t); }
  void end(std::uint32_t steps) override { inner_.end(steps); }

  std::string order;

 private:
  Strategy& inner_;
};

Step join(ThreadId t) {
  return [=](const Values&) {
    Operation op = load_of(0, kernel::Order::acquire);
    op.location = t;
    op.accepts = kernel::accepts_equal;
    op.accepts_argument = 1;
    op.site.object_kind = kernel::ObjectKind::thread;
    return op;
  };
}

using Histogram = std::map<std::string, unsigned>;

// After `learning` executions.
Histogram histogram(const std::vector<Thread>& program, unsigned executions, unsigned learning) {
  models::SequentialConsistency model;
  explore::Urw urw(11);
  Recorded recorded(urw);
  RandomExplorer explorer(model, recorded, {});
  ScriptHost host(program);
  Histogram seen;
  for (unsigned i = 0; i < learning + executions && explorer.next_execution(); ++i) {
    EXPECT_EQ(host.run(explorer), Ending::complete);
    if (i >= learning) ++seen[recorded.order];
  }
  return seen;
}

// What a thread does before and, main only, after it has joined all others.
struct Lengths {
  std::vector<std::size_t> operations;
  std::size_t after_joins = 0;
};

// Every interleaving, by its definition: main creates the others one after the other.
void enumerate(const Lengths& left, std::size_t created, const std::string& order,
               std::set<std::string>& all) {
  bool any = false;
  const auto go_on = [&](std::size_t t, const Lengths& rest) {
    any = true;
    const bool creates = t == 0 && created + 1 < left.operations.size();
    enumerate(rest, created + (creates ? 1 : 0), order + static_cast<char>('a' + t), all);
  };
  for (std::size_t t = 0; t <= created; ++t) {
    if (left.operations[t] == 0) continue;
    Lengths rest = left;
    --rest.operations[t];
    go_on(t, rest);
  }
  if (!any && left.after_joins != 0) {
    Lengths rest = left;
    --rest.after_joins;
    go_on(0, rest);
  }
  if (!any) all.insert(order);
}

// The 99.9 % quantile of the chi-square distribution, by Wilson and Hilferty (1931).
double chi_square_limit(double degrees) {
  const double a = 2 / (9 * degrees);
  const double root = 1 - a + 3.09 * std::sqrt(a);
  return degrees * root * root * root;
}

double chi_square(const Histogram& seen, const std::set<std::string>& all, unsigned executions) {
  const double expected = static_cast<double>(executions) / static_cast<double>(all.size());
  double sum = 0;
  for (const std::string& order : all) {
    const auto found = seen.find(order);
    const double times = found == seen.end() ? 0 : found->second;
    sum += (times - expected) * (times - expected) / expected;
  }
  return sum;
}

void expect_uniform(const std::vector<Thread>& program, const Lengths& lengths) {
  std::set<std::string> all;
  enumerate(lengths, 0, "", all);
  const auto executions = static_cast<unsigned>(all.size() * 40);
  const Histogram seen = histogram(program, executions, 50);
  for (const auto& [order, times] : seen) EXPECT_TRUE(all.contains(order)) << order;
  EXPECT_LT(chi_square(seen, all, executions), chi_square_limit(static_cast<double>(all.size()) - 1));
}

// Every thread does one operation more than its steps, its exit; main also creates the others.
TEST(Urw, InterleavingsOfThreadsOfDifferentLengthsAreEquallyLikely) {
  expect_uniform({{}, {store(0, 1)}, {load(0), store(1, 2), load(0)}}, {{3, 2, 4}});
}

TEST(Urw, WhatComesAfterJoinsDoesNotMakeTheBeginningOfTheThreadLikelier) {
  expect_uniform({{join(1), join(2), store(1, 1), store(1, 2), store(1, 3), store(1, 4)},
                  {store(0, 1), store(0, 2)},
                  {load(0)}},
                 {{2, 3, 2}, 5});
}

// After the first thread is created, what is left of main and the second one are drawn as one.
TEST(Urw, OperationsOfThreadsStillToBeCreatedCount) {
  expect_uniform({{store(1, 1)}, {store(0, 1)}, {load(0), store(1, 2), load(1)}}, {{4, 2, 4}});
}

}  // namespace
}  // namespace heddle::test
