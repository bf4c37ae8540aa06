// The oracle against results computed by herd7 and GenMC (tests/litmus/vectors).
#include "tests/oracle/vector.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/oracle/agreement.hpp"
#include "tests/oracle/rc11.hpp"

namespace heddle::oracle {
namespace {

using nlohmann::json;

std::string path_of(const std::string& file) { return std::string(HEDDLE_LITMUS_VECTORS) + "/" + file; }

void expect_agreement(const std::string& file, const Model& model, RecordedResult TestVector::*recorded,
                      std::size_t programs) {
  Tally tally;
  for (const TestVector& vector : read_vectors(path_of(file))) {
    const Agreement agreement = compare(enumerate(vector.program, model), vector.*recorded);
    EXPECT_TRUE(agreement.all()) << vector.program.name << ": " << agreement.difference;
    tally.add(agreement);
  }
  EXPECT_EQ(tally.programs, programs);
}

TEST(Vectors, Rc11AgreesWithHerd) { expect_agreement("litmus_rc11.jsonl", rc11(), &TestVector::cpp20, 3315); }

TEST(Vectors, Rc11WithOldReleaseSequencesAgreesWithHerdsOriginal) {
  expect_agreement("litmus_rc11.jsonl", rc11({.release_sequence = ReleaseSequence::cpp11}),
                   &TestVector::cpp11, 3315);
}

TEST(Vectors, ScAgreesWithHerd) {
  expect_agreement("litmus_sc.jsonl", *find_model("sc"), &TestVector::cpp20, 3210);
}

TEST(Vectors, Rc11AgreesWithGenmcWhereHerdDoes) {
  std::map<std::string, Program> programs;
  for (TestVector& vector : read_vectors(path_of("litmus_rc11.jsonl"))) {
    programs.emplace(vector.program.name, std::move(vector.program));
  }
  std::ifstream file(path_of("litmus_genmc_counts.jsonl"));
  std::size_t agreements = 0;
  std::size_t differences = 0;
  for (std::string line; std::getline(file, line);) {
    const json row = json::parse(line);
    const auto name = row.at("name").get<std::string>();
    const Outcome outcome = enumerate(programs.at(name), rc11());
    EXPECT_EQ(outcome.executions, row.at("herd_c20rs_executions").get<std::uint64_t>()) << name;
    if (outcome.executions == row.at("genmc_executions").get<std::uint64_t>()) {
      ++agreements;
    } else {
      ++differences;
      // GenMC gives a failing compare-exchange the order of a successful one.
      EXPECT_EQ(name.substr(0, 4), "cas.") << name;
    }
  }
  EXPECT_EQ(agreements, 711U);
  EXPECT_EQ(differences, 11U);
}

TEST(Vectors, PrintingAProgramGivesBackItsJson) {
  std::ifstream file(path_of("litmus_rc11.jsonl"));
  for (std::string line; std::getline(file, line);) {
    const json original = json::parse(line);
    const TestVector vector = parse_vector(line);
    const Outcome outcome{vector.cpp11.states, vector.cpp11.executions, vector.cpp11.positive,
                          *vector.cpp11.racy};
    const json printed = json::parse(print_vector(vector.program, vector.model, outcome));
    EXPECT_EQ(printed.contains("mixed_na_atomic"), original.contains("mixed_na_atomic"))
        << vector.program.name;
    for (const auto& [member, value] : printed.items()) {
      if (member == "variants") continue;
      ASSERT_EQ(value, original.at(member)) << vector.program.name << ", member " << member;
    }
  }
}

TEST(Vectors, MalformedLinesAreRejected) {
  const std::string good =
      R"({"name":"n","family":"f","locs":{"x":{"kind":"atomic","init":0}},
          "threads":[[{"op":"load","loc":"x","order":"rlx","reg":"r0"}]],"exists":[],"state_vars":["0:r0","x"],
          "states":[[0,0]],"executions":1,"positive":1,"racy":false,"model":"rc11","variants":{}})";
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  EXPECT_NO_THROW(parse_vector(good));
  EXPECT_ANY_THROW(parse_vector("{"));
  EXPECT_ANY_THROW(parse_vector(with("load", "peek")));
  EXPECT_ANY_THROW(parse_vector(with("rlx", "consume")));
  EXPECT_ANY_THROW(parse_vector(with(R"("loc":"x")", R"("loc":"y")")));
  EXPECT_ANY_THROW(parse_vector(with(R"(["0:r0","x"])", R"(["x","0:r0"])")));
}

}  // namespace
}  // namespace heddle::oracle
