// Inputs of scenario and schedule: mutations keep them whole.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "cli/sanitizer_environment.hpp"
#include "reports/format/fuzz_page.hpp"
#include "stress/fuzz/mutate.hpp"
#include "stress/sanitizer/report.hpp"

namespace heddle::stress {
namespace {

std::size_t change_a_byte(std::uint8_t* data, std::size_t size, std::size_t room) {
  size = size < room ? size + 1 : room / 2 + 1;
  data[size - 1] = static_cast<std::uint8_t>(size);
  return size;
}

Input scenario_of(const Input& input) {
  const format::FuzzRegions at = format::fuzz_regions(input.data(), input.size());
  const auto begin = input.begin() + static_cast<std::ptrdiff_t>(at.scenario);
  return {begin, begin + static_cast<std::ptrdiff_t>(at.scenario_bytes)};
}

TEST(FuzzRegions, ShortInputsAndLongPrefixesAreInside) {
  for (const Input& input :
       {Input{}, Input{1}, Input{0, 0}, Input{0xff, 0xff, 1, 2}, Input{1, 0, 7, 1, 2, 3}}) {
    const format::FuzzRegions at = format::fuzz_regions(input.data(), input.size());
    EXPECT_LE(at.scenario + at.scenario_bytes, input.size());
    EXPECT_LE(at.schedule, input.size());
    EXPECT_GE(at.schedule, at.scenario + at.scenario_bytes);
  }
  EXPECT_EQ(scenario_of({1, 0, 7, 1, 2, 3}), Input{7});
}

TEST(FuzzMutate, StaysWithinTheLimitAndWhole) {
  Input input;
  std::set<Input> seen;
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    input = mutated(input, 64, seed, change_a_byte, static_cast<Arm>(seed % arms));
    ASSERT_LE(input.size(), 64U);
    ASSERT_GE(input.size(), 2U);
    const format::FuzzRegions at = format::fuzz_regions(input.data(), input.size());
    ASSERT_EQ((input.size() - at.schedule) % 3, 0U) << "half a record";
    seen.insert(input);
  }
  EXPECT_GT(seen.size(), 1000U);
}

TEST(FuzzMutate, OneRegionOftenChangesAlone) {
  const Input input = {3, 0, 1, 2, 3, 0, 5, 1, 1, 6, 2, 3, 7, 0};
  int scenario_kept = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed)
    scenario_kept += scenario_of(mutated(input, 4096, seed, change_a_byte, Arm::records)) == Input({1, 2, 3});
  EXPECT_GT(scenario_kept, 50);
  EXPECT_LT(scenario_kept, 300);
}

TEST(FuzzMutate, ARandomPolicyStandsWhereTheArmWantsIt) {
  const Input input = {0, 0, 0, 5, 1, 1, 6, 2, 2, 7, 0};
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    for (const Arm arm : {Arm::walk, Arm::order, Arm::priorities}) {
      const Input child = mutated(input, 4096, seed, change_a_byte, arm);
      const std::size_t at = format::fuzz_regions(child.data(), child.size()).schedule;
      EXPECT_EQ(child[at] % 8, 5 + static_cast<int>(arm) - static_cast<int>(Arm::walk)) << "it comes first";
    }
    const Input child = mutated(input, 4096, seed, change_a_byte, Arm::tail);
    EXPECT_GE(child[child.size() - 3] % 8, 5) << "it comes last";
  }
}

TEST(FuzzPortfolio, AnArmWithNewsGetsMoreAndNobodyGetsNothing) {
  Portfolio portfolio;
  int drawn[arms] = {};
  const auto count = [&] {
    std::ranges::fill(drawn, 0);
    for (std::uint64_t seed = 1; seed <= 10'000; ++seed)
      ++drawn[static_cast<std::size_t>(portfolio.draw(seed))];
  };
  for (int i = 0; i < 2000; ++i) portfolio.executed(static_cast<Arm>(i % 5), i % 5 == 2 && i % 10 == 2);
  count();
  EXPECT_GT(drawn[2], 4000);
  for (const int n : drawn) EXPECT_GT(n, 500);
  for (int i = 0; i < 2000; ++i) portfolio.executed(static_cast<Arm>(i % 5), false);
  count();
  for (const int n : drawn) EXPECT_NEAR(n, 2000, 300) << "nobody has news any more";
}

TEST(FuzzMutate, SplicingTakesRecordsOfBoth) {
  const Input one = {1, 0, 9, 0, 1, 1, 0, 2, 2};
  const Input other = {1, 0, 8, 1, 3, 3, 1, 4, 4};
  bool both = false;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const Input child = spliced(one, other, 4096, seed);
    const Input scenario = scenario_of(child);
    EXPECT_TRUE(scenario == Input{9} || scenario == Input{8});
    both =
        both || (std::ranges::count(child, 1) > 0 && std::ranges::count(child, 3) > 0 && child.size() >= 9);
  }
  EXPECT_TRUE(both);
}

TEST(SanitizerEnvironment, WhatTheUserSetsStays) {
  EXPECT_EQ(cli::with_defaults("", {{"a", "1"}, {"b", "2"}}), "a=1:b=2");
  EXPECT_EQ(cli::with_defaults("b=7", {{"a", "1"}, {"b", "2"}}), "b=7:a=1");
  EXPECT_EQ(cli::with_defaults("bb=7 a=3", {{"a", "1"}, {"b", "2"}}), "bb=7 a=3:b=2");
}

constexpr const char* race = R"(before
WARNING: ThreadSanitizer: data race (pid=1)
  Read of size 4 at 0x55555555805c by thread T5:
    #0 count /src/race.c:11 (prog+0x11d7)
    #1 inlined /src/race.c:12 (prog+0x11d7) (BuildId: 49d2)

  Previous atomic write of size 4 at 0x55555555805c by main thread:
    #0 main /src/race.c:13 (/bin/prog+0x11e8)

  Location is global 'counter' of size 8 at 0x555555558058 (prog+0x4058)

  Thread T5 (tid=6472, running) created by main thread at:
    #0 pthread_create <null> (libtsan.so.2+0x5e686)

SUMMARY: ThreadSanitizer: data race /src/race.c:11 in count
after
)";

TEST(SanitizerReport, ARaceIsAFinding) {
  format::RunRecords records;
  records.modules.push_back({"/bin/prog", ""});
  read_sanitizer_reports(race, records);
  ASSERT_EQ(records.findings.size(), 1U);
  const format::Finding& f = records.findings[0];
  EXPECT_EQ(f.rule, "HED001");
  ASSERT_EQ(f.accesses.size(), 2U);
  EXPECT_EQ(f.accesses[0].role, "current");
  EXPECT_EQ(f.accesses[0].thread, 1) << "threads are numbered without gaps";
  ASSERT_EQ(f.accesses[0].stack.addresses.size(), 1U) << "inlined frames have one address";
  EXPECT_EQ(f.accesses[0].stack.addresses[0].offset, 0x11d8U);
  EXPECT_EQ(f.accesses[0].stack.addresses[0].module, 0);
  EXPECT_EQ(f.accesses[1].kind, "atomic write");
  EXPECT_EQ(f.accesses[1].stack.addresses[0].module, 0) << "with and without its folder";
  ASSERT_EQ(f.objects.size(), 1U);
  EXPECT_EQ(f.objects[0].region, "global");
  EXPECT_EQ(f.objects[0].symbol_address.offset, 0x405cU);
}

TEST(SanitizerReport, AnyPrefixOfAReportIsRead) {
  const std::string text = race;
  for (std::size_t length = 0; length < text.size(); ++length) {
    format::RunRecords records;
    records.modules.push_back({"/bin/prog", ""});
    read_sanitizer_reports(std::string_view(text).substr(0, length), records);
    EXPECT_LE(records.findings.size(), 1U);
  }
}

}  // namespace
}  // namespace heddle::stress
