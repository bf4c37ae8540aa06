// The heap and shadow memory of a checked program, without a program: the runtime's own services are
// stand-ins. The runtime is not a library, because it only works merged into a program; its sources are
// included instead.
#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/heap_test_support.hpp"

// NOLINTBEGIN(bugprone-suspicious-include)
#include "checker/runtime/atomic_objects.cpp"
#include "checker/runtime/heap.cpp"
#include "checker/runtime/raw_syscall.cpp"
#include "checker/runtime/shadow.cpp"
#include "checker/runtime/stack_depot.cpp"
#include "checker/runtime/territory.cpp"
// NOLINTEND(bugprone-suspicious-include)

namespace heddle::runtime {

HotState hot;
Thread thread_table[kernel::threads_max];
Epoch epoch;

namespace {
test::Reported reported;
std::array<kernel::EventIndex, kernel::threads_max> no_clock{};
}  // namespace

void tell_of_look(std::uintptr_t /*object*/) {}
void refresh_epoch_slowly() {
  epoch.mark = detect::mark_of_epoch(hot.current->id, 1);
  epoch.clock = no_clock.data();
}
void report_race(std::uintptr_t address, const MemoryRange&, AccessKind, const detect::Conflict&,
                 std::uintptr_t) {
  ++reported.races;
  reported.race_address = address;
}
void report_bad_free(std::uintptr_t, const char*, std::uintptr_t) { throw test::BadFree(); }
void set_describe_block(void (*)(std::uintptr_t, BlockInfo&)) {}
void retire_objects(std::uintptr_t, std::size_t) {}
void reset_access_log() {}
ThreadId thread_count() { return 1; }
LocationId intern_location(std::uintptr_t, ObjectKind, std::uint32_t incarnation) {
  return 100 + incarnation;
}

namespace test {

Reported& reports() { return reported; }

void HeapTest::SetUp() {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "ThreadSanitizer reserves these addresses for itself";
#endif
  map_shadow();
  for (ThreadId id = 0; id < kernel::threads_max; ++id) thread_at(id).id = id;
  begin_execution();
}

void HeapTest::TearDown() {
  hot.active = false;
  hot.current = nullptr;
}

void HeapTest::begin_execution() {
  ++hot.execution;
  heap_reset();
  shadow_reset();
  hot.active = true;
  run(0);
  reported = {};
}

void HeapTest::run(ThreadId thread) {
  hot.current = &thread_at(thread);
  invalidate_epoch();
}

}  // namespace test

namespace {

using test::HeapTest;

class HeapBlocks : public HeapTest {};

TEST_F(HeapBlocks, BlocksAreZeroAlignedAndDistinct) {
  auto* const a = static_cast<char*>(allocate(24));
  auto* const b = static_cast<char*>(allocate(24));
  EXPECT_EQ(address_of(a) % 16, 0U);
  EXPECT_GE(address_of(b), address_of(a) + 24 + 16);
  for (int i = 0; i < 24; ++i) EXPECT_EQ(a[i], 0);
}

TEST_F(HeapBlocks, HonoursEveryAlignment) {
  for (std::size_t alignment = 16; alignment <= 1U << 20; alignment *= 2) {
    EXPECT_EQ(address_of(heap_allocate(8, alignment, 0)) % alignment, 0U) << alignment;
  }
}

TEST_F(HeapBlocks, MemoryIsZeroAgainInTheNextExecution) {
  std::memset(allocate(5000), 0xee, 5000);
  begin_execution();
  const auto* const again = static_cast<unsigned char*>(allocate(5000));
  EXPECT_TRUE(std::all_of(again, again + 5000, [](unsigned char c) { return c == 0; }));
}

TEST_F(HeapBlocks, AddressesDependOnTheThreadsOwnAllocationsOnly) {
  run(1);
  const std::vector<void*> alone = {allocate(10), allocate(100), allocate(1000)};
  begin_execution();
  std::vector<void*> interleaved;
  for (const std::size_t bytes : {10U, 100U, 1000U}) {
    run(2);
    allocate(77);
    run(1);
    interleaved.push_back(allocate(bytes));
    run(0);
    allocate(bytes * 3);
  }
  EXPECT_EQ(interleaved, alone);
}

TEST_F(HeapBlocks, FreedBlocksAreNotReusedSoon) {
  void* const block = allocate(64);
  heap_free(block, "free", 0);
  for (int i = 0; i < 1000; ++i) EXPECT_NE(allocate(64), block);
}

TEST_F(HeapBlocks, OldestFreedBlocksAreReusedOnceTheQuarantineIsFull) {
  void* const first = allocate(1 << 16);
  heap_free(first, "free", 0);
  bool reused = false;
  std::size_t blocks = 0;
  for (; !reused && blocks < 4096; ++blocks) {
    void* const block = allocate(1 << 16);
    reused = block == first;
    heap_free(block, "free", 0);
  }
  EXPECT_TRUE(reused);
  EXPECT_GE(blocks * (1 << 16), quarantine_bytes_max / 2);
}

TEST_F(HeapBlocks, ManyAllocationsStayInBoundedMemory) {
  std::uintptr_t highest = 0;
  for (int i = 0; i < 2'000'000; ++i) {
    void* const block = allocate(48);
    highest = std::max(highest, address_of(block));
    heap_free(block, "free", 0);
  }
  EXPECT_LT(highest - heap_region, 3 * quarantine_bytes_max);
}

TEST_F(HeapBlocks, AReusedBlockIsClearAndAccessible) {
  std::vector<void*> blocks;
  auto* const first = static_cast<unsigned char*>(allocate(1 << 16));
  std::memset(first, 0xee, 1 << 16);
  heap_free(first, "free", 0);
  EXPECT_EQ(state_of(first), CellState::freed);
  void* block = nullptr;
  while ((block = allocate(1 << 16)) != first) heap_free(block, "free", 0);
  EXPECT_TRUE(std::all_of(first, first + (1 << 16), [](unsigned char c) { return c == 0; }));
  for (std::size_t i = 0; i < 1 << 16; i += 8) EXPECT_EQ(state_of(first + i), CellState::normal) << i;
}

TEST_F(HeapBlocks, DoubleFreeIsFound) {
  void* const block = allocate(8);
  heap_free(block, "free", 0);
  EXPECT_THROW(heap_free(block, "free", 0), test::BadFree);
}

TEST_F(HeapBlocks, FreeOfAnInteriorPointerIsFound) {
  auto* const block = static_cast<char*>(allocate(100));
  EXPECT_THROW(heap_free(block + 16, "free", 0), test::BadFree);
  EXPECT_THROW(heap_free(block + 1, "free", 0), test::BadFree);
}

TEST_F(HeapBlocks, AFreeRacesWithAnUnorderedAccess) {
  run(1);
  auto* const block = static_cast<char*>(allocate(64));
  access(block, 8);
  access(block + 40, 4);
  run(2);
  heap_free(block, "free", 0);
  EXPECT_EQ(test::reports().races, 2);
  EXPECT_EQ(test::reports().race_address, address_of(block) + 40);
}

// Nobody has used the memory yet, and nothing orders the threads.
TEST_F(HeapBlocks, AnAllocationRacesWithAnUnorderedAccess) {
  auto* const other = static_cast<char*>(allocate(16));
  run(1);
  auto* const block = static_cast<char*>(allocate(67));
  EXPECT_FALSE(access(block + 40, 2));
  run(2);
  EXPECT_TRUE(access(block + 8, 2));
  EXPECT_TRUE(access(block + 65, 2));
  run(1);
  EXPECT_FALSE(access(block + 16, 2));
  EXPECT_TRUE(access(other, 2));
}

TEST_F(HeapBlocks, TheLastBytesAreAllocatedToo) {
  run(1);
  auto* const block = static_cast<char*>(allocate(4));
  run(2);
  EXPECT_TRUE(access(block, 4));
}

TEST_F(HeapBlocks, AFreeRacesWithAnUnorderedAllocation) {
  run(1);
  void* const block = allocate(64);
  run(2);
  heap_free(block, "free", 0);
  EXPECT_EQ(test::reports().races, 1);
}

TEST_F(HeapBlocks, AllocatingIsNoWriting) {
  run(1);
  auto* const block = static_cast<char*>(allocate(4));
  run(2);
  EXPECT_FALSE(race_detector().written(touch_cell(address_of(block)), 0xff));
}

TEST_F(HeapBlocks, SizesAreThoseAskedFor) {
  for (const std::size_t bytes : {0UL, 1UL, 17UL, 1024UL, 1025UL, 100'000UL}) {
    EXPECT_EQ(heap_block_size(allocate(bytes)), bytes);
  }
  EXPECT_EQ(heap_block_size(static_cast<char*>(allocate(64)) + 16), 0U);
}

TEST_F(HeapBlocks, ImpossibleSizesFail) {
  EXPECT_EQ(allocate(main_arena_bytes + 1), nullptr);
  EXPECT_EQ(allocate(SIZE_MAX), nullptr);
}

TEST_F(HeapBlocks, FindsTheBlockOfAnAddress) {
  auto* const a = static_cast<char*>(allocate(20));
  auto* const b = static_cast<char*>(allocate(20));
  heap_free(a, "free", 0);
  EXPECT_EQ(heap_block_at(address_of(a) + 7).address, address_of(a));
  EXPECT_TRUE(heap_block_at(address_of(a) + 7).freed);
  EXPECT_EQ(heap_block_at(address_of(b) + 19).address, address_of(b));
  EXPECT_FALSE(heap_block_at(address_of(b)).freed);
  // A red zone belongs to the nearer block.
  EXPECT_EQ(heap_block_at(address_of(b) - 1).address, address_of(b));
  EXPECT_EQ(heap_block_at(address_of(a) + 21).address, address_of(a));
}

TEST_F(HeapBlocks, ListsLiveBlocks) {
  void* const kept = allocate(10);
  heap_free(allocate(10), "free", 0);
  run(3);
  void* const other = allocate(30);
  std::vector<std::uintptr_t> live;
  heap_visit_live(
      [](const HeapBlock& block, void* context) {
        static_cast<std::vector<std::uintptr_t>*>(context)->push_back(block.address);
      },
      &live);
  EXPECT_EQ(live, (std::vector<std::uintptr_t>{address_of(kept), address_of(other)}));
}

TEST_F(HeapBlocks, OverflowAndUnderflowHitRedZones) {
  for (const std::size_t bytes : {1UL, 8UL, 13UL, 16UL, 40UL, 1000UL, 1025UL, 5000UL}) {
    auto* const block = static_cast<char*>(allocate(bytes));
    allocate(8);
    EXPECT_FALSE(accessible(block - 1, 1)) << bytes;
    EXPECT_TRUE(accessible(block, 1)) << bytes;
    EXPECT_TRUE(accessible(block + bytes - 1, 1)) << bytes;
    EXPECT_FALSE(accessible(block + bytes, 1)) << bytes;
    EXPECT_FALSE(accessible(block + bytes + 15, 1)) << bytes;
  }
}

TEST_F(HeapBlocks, MemoryPastTheLastBlockIsARedZone) {
  auto* const block = static_cast<char*>(allocate(16));
  EXPECT_FALSE(accessible(block + (1 << 20), 1));
}

TEST_F(HeapBlocks, EveryByteOfAFreedBlockIsInaccessible) {
  for (const std::size_t bytes : {1UL, 24UL, 4096UL, 100'000UL}) {
    auto* const block = static_cast<char*>(allocate(bytes));
    if (bytes > 5000) access(block + 5000, 8);
    heap_free(block, "free", 0);
    for (std::size_t i = 0; i < bytes; i += 7)
      EXPECT_EQ(state_of(block + i), CellState::freed) << bytes << " " << i;
    EXPECT_EQ(state_of(block + bytes - 1), CellState::freed);
  }
}

TEST_F(HeapBlocks, TheInitialHeapComesBack) {
  hot.active = false;
  auto* const initial = static_cast<char*>(allocate(12));
  auto* const freed = static_cast<char*>(allocate(12));
  heap_free(freed, "free", 0);
  std::strcpy(initial, "initial");
  const HeapContents contents = heap_snapshot();
  auto* const begin = reinterpret_cast<char*>(contents.address);
  const std::vector<char> saved(begin, begin + contents.bytes);
  begin_execution();
  std::strcpy(initial, "changed");
  EXPECT_TRUE(accessible(initial, 8));
  EXPECT_FALSE(accessible(initial + 12, 1));
  EXPECT_FALSE(accessible(initial - 1, 1));
  EXPECT_EQ(state_of(freed), CellState::freed);
  heap_free(initial, "free", 0);
  EXPECT_EQ(state_of(initial), CellState::freed);
  std::copy(saved.begin(), saved.end(), begin);
  begin_execution();
  EXPECT_STREQ(initial, "initial");
  EXPECT_TRUE(accessible(initial, 8));
  heap_free(initial, "free", 0);
}

}  // namespace
}  // namespace heddle::runtime
