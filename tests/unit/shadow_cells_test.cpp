#include <gtest/gtest.h>

#include "checker/runtime/atomic_objects.hpp"
#include "tests/unit/heap_test_support.hpp"

namespace heddle::runtime {
namespace {

class Shadow : public test::HeapTest {
 protected:
  char* block_ = nullptr;
  void SetUp() override {
    HeapTest::SetUp();
    if (!IsSkipped()) block_ = static_cast<char*>(allocate(64 << 10));
  }
};

TEST_F(Shadow, NeighboursHaveCellsOfTheirOwn) {
  EXPECT_EQ(&cell_at(address_of(block_)), &cell_at(address_of(block_) + 7));
  EXPECT_EQ(&cell_at(address_of(block_)) + 1, &cell_at(address_of(block_) + 8));
}

TEST_F(Shadow, AResetForgetsEverything) {
  access(block_, 8);
  EXPECT_NE(touch_cell(address_of(block_)).write, 0U);
  begin_execution();
  allocate(64 << 10);
  EXPECT_EQ(touch_cell(address_of(block_)).write, 0U);
}

TEST_F(Shadow, AResetIsRightAfterEveryTagWasUsed) {
  for (int round = 0; round < 2; ++round) {
    shadow.tag = shadow_tag_max;
    begin_execution();
    allocate(64 << 10);
    EXPECT_EQ(shadow.tag, 1U);
    EXPECT_EQ(touch_cell(address_of(block_)).write, 0U);
    access(block_, 8);
  }
}

TEST_F(Shadow, ThePageTableIsForgottenWithTheCells) {
  heap_free(block_, "free", 0);
  begin_execution();
  block_ = static_cast<char*>(allocate(64 << 10));
  EXPECT_EQ(state_of(block_ + 20'000), CellState::normal);
}
TEST_F(Shadow, OnlyTouchedCellsAreVisited) {
  access(block_ + 8, 4);
  access(block_ + 40'000, 4);
  std::vector<std::uintptr_t> visited;
  for_each_touched_cell(address_of(block_), 64 << 10, [&](std::uintptr_t at, detect::Cell&) {
    visited.push_back(at - address_of(block_));
  });
  EXPECT_EQ(visited, (std::vector<std::uintptr_t>{8, 40'000}));
}

TEST_F(Shadow, AForgottenRangeIsAccessibleAndWithoutAccesses) {
  access(block_, 8);
  shadow_poison(address_of(block_), 64 << 10, CellState::freed);
  EXPECT_EQ(state_of(block_), CellState::freed);
  EXPECT_EQ(state_of(block_ + 20'000), CellState::freed);
  shadow_forget_range(address_of(block_), 64 << 10);
  EXPECT_EQ(touch_cell(address_of(block_)).write, 0U);
  for (std::size_t i = 0; i < 64 << 10; i += 8) EXPECT_EQ(state_of(block_ + i), CellState::normal) << i;
}

class AtomicObjects : public Shadow {
 protected:
  AtomicIndex find(const void* pointer, std::size_t bytes) {
    return find_atomic(touch_cell(address_of(pointer)), address_of(pointer), bytes);
  }
};

TEST_F(AtomicObjects, AreFoundByAddressAndSize) {
  const AtomicIndex index = make_atomic(address_of(block_), 4, 7);
  EXPECT_EQ(find(block_, 4), index);
  EXPECT_EQ(find(block_, 8), 0U);
  EXPECT_EQ(find(block_ + 4, 4), 0U);
  EXPECT_EQ(atomic_object(index).initial, 7U);
}

TEST_F(AtomicObjects, ShareACell) {
  const AtomicIndex a = make_atomic(address_of(block_), 1, 0);
  const AtomicIndex b = make_atomic(address_of(block_) + 1, 1, 0);
  const AtomicIndex c = make_atomic(address_of(block_) + 4, 4, 0);
  EXPECT_EQ(find(block_, 1), a);
  EXPECT_EQ(find(block_ + 1, 1), b);
  EXPECT_EQ(find(block_ + 4, 4), c);
}

TEST_F(AtomicObjects, EndWhenTheirBytesAreWritten) {
  make_atomic(address_of(block_), 4, 0);
  const AtomicIndex other = make_atomic(address_of(block_) + 4, 4, 0);
  end_atomics(touch_cell(address_of(block_)), address_of(block_), 4);
  EXPECT_EQ(find(block_, 4), 0U);
  EXPECT_EQ(find(block_ + 4, 4), other);
}

TEST_F(AtomicObjects, EndWithTheirHeapBlock) {
  make_atomic(address_of(block_) + 8, 4, 0);
  heap_free(block_, "free", 0);
  EXPECT_EQ(find(block_ + 8, 4), 0U);
}

TEST_F(AtomicObjects, TheNextAtAnAddressIsAnotherLocation) {
  const kernel::LocationId first = atomic_object(make_atomic(address_of(block_), 4, 0)).location;
  end_atomics(touch_cell(address_of(block_)), address_of(block_), 4);
  EXPECT_NE(atomic_object(make_atomic(address_of(block_), 4, 0)).location, first);
  begin_execution();
  allocate(64 << 10);
  EXPECT_EQ(atomic_object(make_atomic(address_of(block_), 4, 0)).location, first);
}

TEST_F(AtomicObjects, OfSixteenBytesAreKnownInBothCells) {
  make_atomic(address_of(block_), 16, 0);
  EXPECT_TRUE(atomics_overlap(address_of(block_) + 8, 8));
  end_atomics(touch_cell(address_of(block_) + 8), address_of(block_) + 8, 8);
  EXPECT_EQ(find(block_, 16), 0U);
  EXPECT_FALSE(atomics_overlap(address_of(block_), 16));
}

TEST_F(AtomicObjects, MayGrowAndShrinkFromOneIncarnationToTheNext) {
  for (const std::size_t bytes : {8UL, 16UL, 4UL, 16UL}) {
    end_atomics(touch_cell(address_of(block_)), address_of(block_), 8);
    const AtomicIndex index = make_atomic(address_of(block_), bytes, 0);
    EXPECT_EQ(find(block_, bytes), index) << bytes;
    EXPECT_EQ(atomics_overlap(address_of(block_) + 8, 8), bytes == 16) << bytes;
  }
}

}  // namespace
}  // namespace heddle::runtime
