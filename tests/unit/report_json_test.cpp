// The result document against docs/schema/result-1.json, both ways: what is written is allowed, and nothing
// is written that the schema does not name.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>

#include "reports/format/result_json.hpp"
#include "tests/unit/report_test_support.hpp"

namespace heddle::test {
namespace {

using Json = nlohmann::json;

// The keywords the schema uses: type, enum, pattern, minimum, properties, required, items, $ref into $defs.
class Validator {
 public:
  explicit Validator(const Json& schema) : root_(schema) {}

  std::vector<std::string> check(const Json& document) {
    value(document, root_, "$");
    return std::move(problems_);
  }

 private:
  static bool has_type(const Json& v, const std::string& type) {
    if (type == "string") return v.is_string();
    if (type == "integer") return v.is_number_integer();
    if (type == "number") return v.is_number();
    if (type == "boolean") return v.is_boolean();
    if (type == "array") return v.is_array();
    if (type == "object") return v.is_object();
    return type == "null" && v.is_null();
  }

  void value(const Json& v, const Json& schema, const std::string& path) {
    if (schema.contains("$ref")) {
      const std::string target = schema["$ref"];
      return value(v, root_["$defs"][target.substr(target.rfind('/') + 1)], path);
    }
    if (schema.contains("type")) {
      const Json types = schema["type"].is_array() ? schema["type"] : Json::array({schema["type"]});
      const bool good = std::ranges::any_of(types, [&](const Json& t) { return has_type(v, t); });
      if (!good) problems_.push_back(path + " has the wrong type: " + v.dump());
    }
    if (schema.contains("enum") && std::ranges::find(schema["enum"], v) == schema["enum"].end()) {
      problems_.push_back(path + " is not one of the allowed values: " + v.dump());
    }
    if (schema.contains("pattern") && v.is_string() &&
        !std::regex_search(v.get<std::string>(), std::regex(schema["pattern"].get<std::string>()))) {
      problems_.push_back(path + " does not match: " + v.dump());
    }
    if (schema.contains("minimum") && v.is_number() && v.get<double>() < schema["minimum"].get<double>()) {
      problems_.push_back(path + " is too small");
    }
    if (v.is_object() && schema.contains("properties")) object(v, schema, path);
    if (v.is_array() && schema.contains("items")) {
      for (std::size_t i = 0; i < v.size(); ++i)
        value(v[i], schema["items"], path + "[" + std::to_string(i) + "]");
    }
  }

  void object(const Json& v, const Json& schema, const std::string& path) {
    for (const auto& name : schema.value("required", Json::array())) {
      if (!v.contains(name.get<std::string>()))
        problems_.push_back(path + " lacks " + name.get<std::string>());
    }
    for (const auto& [name, member] : v.items()) {
      if (!schema["properties"].contains(name)) {
        problems_.push_back(path + "." + name + " is not in the schema");
      } else {
        value(member, schema["properties"][name], path + "." + name);
      }
    }
  }

  const Json& root_;
  std::vector<std::string> problems_;
};

std::vector<std::string> problems_of(const Json& document) {
  const Json schema = Json::parse(read_text(test_data() + "/../docs/schema/result-1.json"));
  return Validator(schema).check(document);
}

class ResultDocument : public testing::TestWithParam<const char*> {};

TEST_P(ResultDocument, FollowsItsSchema) {
  const Json document = Json::parse(format::to_json(golden_result(GetParam())));
  for (const std::string& problem : problems_of(document)) ADD_FAILURE() << problem;
}

INSTANTIATE_TEST_SUITE_P(Runs, ResultDocument,
                         testing::Values("data_race", "deadlock", "lost_wakeup", "use_after_free",
                                         "no_symbols", "verified", "nondeterminism", "unsupported",
                                         "cut_off"),
                         [](const auto& run) { return std::string(run.param); });

TEST(ResultDocument, TheValidatorNoticesWhatIsWrong) {
  const Json good = Json::parse(format::to_json(golden_result("data_race")));
  Json lacking = good;
  lacking["findings"][0].erase("token");
  Json unknown = good;
  unknown["exploration"]["extra"] = 1;
  Json wrong = good;
  wrong["verdict"] = "maybe";
  for (const Json& bad : {lacking, unknown, wrong}) EXPECT_EQ(problems_of(bad).size(), 1U);
}

TEST(ResultDocument, CarriesTheVerdict) {
  const auto verdict = [](const char* name) {
    return Json::parse(format::to_json(golden_result(name)))["verdict"];
  };
  EXPECT_EQ(verdict("data_race"), "bug");
  EXPECT_EQ(verdict("verified"), "verified");
  EXPECT_EQ(verdict("nondeterminism"), "nondeterminism");
  EXPECT_EQ(verdict("unsupported"), "error");
}

TEST(ResultDocument, BytesThatAreNoUtf8AreReplaced) {
  format::RunResult result;
  result.program = "caf\xe9";
  EXPECT_EQ(Json::parse(format::to_json(result))["program"], "caf\xEF\xBF\xBD");
}

}  // namespace
}  // namespace heddle::test
