#include "checker/runtime/objects.hpp"

#include <gtest/gtest.h>

#include <set>

#include "checker/runtime/runtime.hpp"

namespace heddle::runtime {
namespace {

class Objects : public testing::Test {
 protected:
  static void SetUpTestSuite() { open_locations(); }
  void SetUp() override { next_execution(); }
  static void next_execution() {
    reset_objects();
    ++hot.execution;
  }
};

TEST_F(Objects, AreForgottenByTheNextExecutionButKeepTheirLocation) {
  ObjectRecord& before = object(0x1000, ObjectKind::mutex);
  const LocationId location = before.location;
  before.initialised = true;
  before.state[0] = 7;
  next_execution();
  EXPECT_EQ(find_object(0x1000), nullptr);
  const ObjectRecord& after = object(0x1000, ObjectKind::mutex);
  EXPECT_EQ(after.location, location);
  EXPECT_FALSE(after.initialised);
  EXPECT_EQ(after.state[0], 0U);
}

TEST_F(Objects, ALaterObjectAtTheSameAddressIsAnotherLocation) {
  const LocationId first = object(0x2000, ObjectKind::mutex).location;
  retire_object(0x2000);
  EXPECT_EQ(find_object(0x2000), nullptr);
  const LocationId second = object(0x2000, ObjectKind::mutex).location;
  EXPECT_NE(second, first);
  next_execution();
  EXPECT_EQ(object(0x2000, ObjectKind::mutex).location, first);
  retire_object(0x2000);
  EXPECT_EQ(object(0x2000, ObjectKind::mutex).location, second);
}

TEST_F(Objects, AnotherKindAtTheSameAddressIsAnotherObject) {
  const LocationId mutex = object(0x3000, ObjectKind::mutex).location;
  const ObjectRecord& semaphore = object(0x3000, ObjectKind::semaphore);
  EXPECT_EQ(semaphore.kind, ObjectKind::semaphore);
  EXPECT_NE(semaphore.location, mutex);
}

TEST_F(Objects, ARecordOutlivesItsObject) {
  ObjectRecord& retired = object(0x4000, ObjectKind::mutex);
  retired.state[0] = 5;
  retire_object(0x4000);
  object(0x4000, ObjectKind::mutex).state[0] = 6;
  EXPECT_EQ(retired.state[0], 5U);
}

TEST_F(Objects, FreeingABlockRetiresWhatIsInIt) {
  for (const std::uintptr_t address : {0x5008, 0x5010, 0x50fc, 0x5100}) object(address, ObjectKind::mutex);
  retire_objects(0x5010, 0xf0);
  EXPECT_NE(find_object(0x5008), nullptr);
  EXPECT_EQ(find_object(0x5010), nullptr);
  EXPECT_EQ(find_object(0x50fc), nullptr);
  EXPECT_NE(find_object(0x5100), nullptr);
  retire_objects(0x5000, 0x10'0000);
  EXPECT_EQ(find_object(0x5008), nullptr);
  EXPECT_EQ(find_object(0x5100), nullptr);
}

TEST_F(Objects, ManyHaveDistinctLocationsThatTellWhatTheyAre) {
  constexpr std::uintptr_t count = 20'000;
  std::set<LocationId> seen;
  for (std::uintptr_t i = 0; i < count; ++i) {
    const LocationId location = object(0x10'0000 + i * 8, ObjectKind::atomic).location;
    EXPECT_EQ(location_info(location).address, 0x10'0000 + i * 8);
    EXPECT_EQ(location_info(location).kind, ObjectKind::atomic);
    seen.insert(location);
  }
  EXPECT_EQ(seen.size(), count);
  EXPECT_FALSE(seen.contains(0));
}

TEST_F(Objects, TheSecondLocationIsNotThatOfALaterObject) {
  ObjectRecord& first = object(0x6000, ObjectKind::condition);
  const LocationId second_of_first = second_location(first);
  EXPECT_EQ(second_location(first), second_of_first);
  retire_object(0x6000);
  ObjectRecord& later = object(0x6000, ObjectKind::condition);
  const std::set<LocationId> all{first.location, second_of_first, later.location, second_location(later)};
  EXPECT_EQ(all.size(), 4U);
}

}  // namespace
}  // namespace heddle::runtime
