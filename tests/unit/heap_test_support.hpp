// Executions without a program, for tests of the heap and of shadow memory. Defined in heap_blocks_test.cpp.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdint>

#include "checker/runtime/access.hpp"
#include "checker/runtime/heap.hpp"
#include "checker/runtime/shadow.hpp"
#include "checker/runtime/thread.hpp"

namespace heddle::runtime::test {

struct Reported {
  int races = 0;
  std::uintptr_t race_address = 0;
};
Reported& reports();
struct BadFree {};

class HeapTest : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  // Forgets the one before; thread 0 runs.
  void begin_execution();
  void run(kernel::ThreadId thread);

  static std::uintptr_t address_of(const void* pointer) { return reinterpret_cast<std::uintptr_t>(pointer); }
  static void* allocate(std::size_t bytes) { return heap_allocate(bytes, 16, 0); }
  // A plain write by the running thread, within one cell. True: it races.
  static bool access(const void* pointer, unsigned bytes) {
    const auto mask = static_cast<std::uint8_t>(((1U << bytes) - 1) << address_of(pointer) % cell_bytes);
    const std::array<kernel::EventIndex, kernel::threads_max> clock{};
    return race_detector().check(touch_cell(address_of(pointer)), {hot.current->id, 1, mask, true, false},
                                 clock.data()) != nullptr;
  }
  static CellState state_of(const void* pointer) {
    return static_cast<CellState>(touch_cell(address_of(pointer)).state);
  }
  static bool accessible(const void* pointer, unsigned bytes) {
    const detect::Cell& cell = touch_cell(address_of(pointer));
    const auto state = static_cast<CellState>(cell.state);
    if (state == CellState::partial) return address_of(pointer) % cell_bytes + bytes <= cell.limit;
    return state == CellState::normal;
  }
};

}  // namespace heddle::runtime::test
