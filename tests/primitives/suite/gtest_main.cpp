// Every scenario as a test of GoogleTest's, on real threads, so often that races have a chance.
#include <gtest/gtest.h>

#include "tests/primitives/suite/scenario.hpp"

namespace {

constexpr int repetitions = 100;

class ScenarioTest : public testing::Test {
 public:
  explicit ScenarioTest(void (*body)()) : body_(body) {}
  void TestBody() override {
    for (int i = 0; i < repetitions; ++i) body_();
  }

 private:
  void (*body_)();
};

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (const suite::group& group : suite::groups())
    for (const suite::scenario& scenario : group.scenarios)
      testing::RegisterTest(group.implementation, scenario.name, nullptr, nullptr, __FILE__, __LINE__,
                            [body = scenario.body]() -> testing::Test* { return new ScenarioTest(body); });
  return RUN_ALL_TESTS();
}
