#include "checker/detect/lock_order.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

namespace heddle::detect {
namespace {

constexpr kernel::LocationId a = 1, b = 2, c = 3, gate = 4;

HeldLock lock(kernel::LocationId location) {
  HeldLock held;
  held.location = location;
  return held;
}
HeldLock read_lock(kernel::LocationId location) {
  HeldLock held = lock(location);
  held.shared = true;
  return held;
}
HeldLock permit(kernel::LocationId location, std::uint32_t permits) {
  HeldLock held = lock(location);
  held.is_permit = true;
  held.permits = permits;
  return held;
}

// The length of the cycle that taking `next` closes, 0 for none.
std::uint32_t take(LockOrder& order, kernel::ThreadId thread, std::initializer_list<HeldLock> held,
                   HeldLock next) {
  const std::vector<HeldLock> all(held);
  const LockOrderCycle* cycle = order.taken(thread, all, next);
  return cycle != nullptr ? cycle->length : 0;
}

TEST(LockOrder, OppositeOrdersOfTwoThreads) {
  LockOrder order;
  EXPECT_EQ(take(order, 1, {lock(a)}, lock(b)), 0U);
  EXPECT_EQ(take(order, 2, {lock(b)}, lock(a)), 2U);
}

TEST(LockOrder, OneThreadMayUseBothOrders) {
  LockOrder order;
  EXPECT_EQ(take(order, 1, {lock(a)}, lock(b)), 0U);
  EXPECT_EQ(take(order, 1, {lock(b)}, lock(a)), 0U);
}

TEST(LockOrder, CycleOfThree) {
  LockOrder order;
  EXPECT_EQ(take(order, 1, {lock(a)}, lock(b)), 0U);
  EXPECT_EQ(take(order, 2, {lock(b)}, lock(c)), 0U);
  EXPECT_EQ(take(order, 3, {lock(c)}, lock(a)), 3U);
}

TEST(LockOrder, CycleOfThreeNeedsThreeThreads) {
  LockOrder order;
  take(order, 1, {lock(a)}, lock(b));
  take(order, 2, {lock(b)}, lock(c));
  EXPECT_EQ(take(order, 1, {lock(c)}, lock(a)), 0U);
}

TEST(LockOrder, CommonGateKeepsThemApart) {
  LockOrder order;
  take(order, 1, {lock(gate), lock(a)}, lock(b));
  EXPECT_EQ(take(order, 2, {lock(gate), lock(b)}, lock(a)), 0U);
  EXPECT_EQ(take(order, 2, {lock(b)}, lock(a)), 2U);
}

TEST(LockOrder, ReadLocksAreNoGateForEachOther) {
  LockOrder order;
  take(order, 1, {read_lock(gate), lock(a)}, lock(b));
  EXPECT_EQ(take(order, 2, {read_lock(gate), lock(b)}, lock(a)), 2U);
}

TEST(LockOrder, AReaderAndAWriterAreGated) {
  LockOrder order;
  take(order, 1, {read_lock(gate), lock(a)}, lock(b));
  EXPECT_EQ(take(order, 2, {lock(gate), lock(b)}, lock(a)), 0U);
}

TEST(LockOrder, ReadersDoNotBlockReaders) {
  LockOrder order;
  take(order, 1, {read_lock(a)}, read_lock(b));
  EXPECT_EQ(take(order, 2, {read_lock(b)}, read_lock(a)), 0U);
  EXPECT_EQ(take(order, 2, {lock(b)}, lock(a)), 2U);
}

TEST(LockOrder, ASemaphoreIsAGateForMoreThreadsThanItHasUnits) {
  LockOrder few;
  take(few, 1, {permit(gate, 1), lock(a)}, lock(b));
  EXPECT_EQ(take(few, 2, {permit(gate, 1), lock(b)}, lock(a)), 0U);
  LockOrder enough;
  take(enough, 1, {permit(gate, 2), lock(a)}, lock(b));
  EXPECT_EQ(take(enough, 2, {permit(gate, 2), lock(b)}, lock(a)), 2U);
}

TEST(LockOrder, APermitIsNotHeldLikeALock) {
  LockOrder order;
  take(order, 1, {permit(a, 1)}, lock(b));
  EXPECT_EQ(order.edge_count(), 0U);
}

TEST(LockOrder, AnOrderIsToldOnce) {
  LockOrder order;
  take(order, 1, {lock(a)}, lock(b));
  EXPECT_EQ(take(order, 2, {lock(b)}, lock(a)), 2U);
  EXPECT_EQ(take(order, 1, {lock(a)}, lock(b)), 0U);
  EXPECT_EQ(take(order, 2, {lock(b)}, lock(a)), 0U);
  EXPECT_EQ(order.edge_count(), 2U);
}

// The token of an execution must show what was predicted from it, whatever others did.
TEST(LockOrder, ExecutionsAreNotPutTogether) {
  LockOrder order;
  take(order, 1, {lock(a)}, lock(b));
  order.clear();
  EXPECT_EQ(order.edge_count(), 0U);
  EXPECT_EQ(take(order, 2, {lock(b)}, lock(a)), 0U);
  EXPECT_EQ(take(order, 1, {lock(a)}, lock(b)), 2U);
  order.clear();
  EXPECT_EQ(take(order, 1, {lock(a)}, lock(b)), 0U);
  EXPECT_EQ(take(order, 2, {lock(b)}, lock(a)), 2U);
}

TEST(LockOrder, RoomForOneExecutionIsRoomForTheNext) {
  LockOrder order;
  for (kernel::LocationId i = 0; i < 2 * LockOrder::edges_max; ++i)
    take(order, 1, {lock(i + 10)}, lock(i + 11));
  order.clear();
  take(order, 1, {lock(a)}, lock(b));
  EXPECT_EQ(take(order, 2, {lock(b)}, lock(a)), 2U);
}

TEST(LockOrder, EdgesAreLimited) {
  LockOrder order;
  for (kernel::LocationId i = 0; i < 2 * LockOrder::edges_max; ++i)
    take(order, 1, {lock(i + 10)}, lock(i + 11));
  EXPECT_EQ(order.edge_count(), LockOrder::edges_max);
}

}  // namespace
}  // namespace heddle::detect
