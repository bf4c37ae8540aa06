#include "cli/weaken_operations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace heddle::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

format::AtomicSite site(std::uint64_t offset, const std::string& order, int line, int column = 1) {
  format::AtomicSite s;
  s.kind = "store";
  s.order = order;
  s.stack.addresses = {{0, offset}, {0, 0x900}};
  format::Frame wrapper;
  wrapper.function = "std::atomic<int>::store(int, std::memory_order)";
  wrapper.library = true;
  wrapper.offset = offset - 1;
  format::Frame user;
  user.file = "queue.hpp";
  user.line = line;
  user.column = column;
  user.offset = offset - 1;
  s.stack.frames = {wrapper, user};
  return s;
}

TEST(WeakerOrders, AreThoseTheOperationMayHave) {
  EXPECT_THAT(weaker_orders("load", "seq_cst", false), ElementsAre("relaxed", "acquire"));
  EXPECT_THAT(weaker_orders("store", "seq_cst", false), ElementsAre("relaxed", "release"));
  EXPECT_THAT(weaker_orders("rmw", "seq_cst", false),
              ElementsAre("relaxed", "acquire", "release", "acq_rel"));
  EXPECT_THAT(weaker_orders("rmw", "acquire", false), ElementsAre("relaxed"));
  EXPECT_THAT(weaker_orders("fence", "acq_rel", false), ElementsAre("relaxed", "acquire", "release"));
  EXPECT_THAT(weaker_orders("compare_exchange", "seq_cst", true), ElementsAre("relaxed", "acquire"));
  EXPECT_THAT(weaker_orders("store", "relaxed", false), IsEmpty());
}

TEST(WeakerOrders, AcquireAndReleaseAreNotComparable) {
  EXPECT_FALSE(weaker_or_equal("acquire", "release"));
  EXPECT_FALSE(weaker_or_equal("release", "acquire"));
  EXPECT_TRUE(weaker_or_equal("acquire", "acq_rel"));
  EXPECT_TRUE(weaker_or_equal("acq_rel", "seq_cst"));
  EXPECT_FALSE(weaker_or_equal("seq_cst", "acq_rel"));
}

TEST(Operations, InstructionsOfOneSourcePositionAreOneOperation) {
  format::RunRecords records;
  records.atomic_sites = {site(0x10, "release", 7), site(0x20, "release", 7), site(0x30, "release", 7, 40),
                          site(0x40, "seq_cst", 3)};
  const OperationList list = list_operations(records);
  ASSERT_EQ(list.operations.size(), 3U);
  EXPECT_EQ(list.operations[0].place.line, 3);
  EXPECT_THAT(list.operations[1].instructions, ElementsAre("0+10", "0+20"));
  EXPECT_EQ(order_at(list, {"relaxed", "relaxed", "release"}), "0+40=relaxed,0+10=relaxed,0+20=relaxed");
  EXPECT_EQ(order_at(list, original_orders(list)), "");
}

TEST(Operations, TheCallIsNamedWhereTheInstructionIsTheLibrarys) {
  format::RunRecords records;
  records.atomic_sites = {site(0x10, "release", 7)};
  records.atomic_sites[0].stack.frames[1].offset = 0x8ff;
  EXPECT_THAT(list_operations(records).operations.at(0).instructions, ElementsAre("0+10@0+900"));
}

TEST(Operations, BothOrdersOfACompareExchangeAreSaid) {
  format::RunRecords records;
  records.atomic_sites = {site(0x10, "acq_rel", 7)};
  records.atomic_sites[0].kind = "compare_exchange";
  records.atomic_sites[0].failure_order = "acquire";
  const OperationList list = list_operations(records);
  ASSERT_EQ(list.slots.size(), 2U);
  EXPECT_EQ(order_at(list, {"acq_rel", "relaxed"}), "0+10=acq_rel/relaxed");
  EXPECT_EQ(order_at(list, {"release", "acquire"}), "0+10=release/acquire");
}

TEST(Operations, OneInstructionWithSeveralOrdersIsNotTried) {
  format::RunRecords records;
  records.atomic_sites = {site(0x10, "release", 7), site(0x10, "relaxed", 7)};
  records.atomic_sites[1].stack.addresses[1].offset = 0x980;
  const OperationList list = list_operations(records);
  ASSERT_EQ(list.operations.size(), 1U);
  EXPECT_TRUE(list.operations[0].order_varies);
  EXPECT_THAT(list.slots, IsEmpty());
}

TEST(Operations, OfTheStandardLibraryAreOnlyCounted) {
  format::RunRecords records;
  records.atomic_sites = {site(0x10, "release", 7)};
  records.atomic_sites[0].stack.frames[0].function = "std::_Sp_counted_base<2>::_M_release()";
  const OperationList list = list_operations(records);
  EXPECT_THAT(list.operations, IsEmpty());
  EXPECT_EQ(list.library, 1U);
}

}  // namespace
}  // namespace heddle::cli
