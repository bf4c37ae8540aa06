// A bounded queue for many producers and many consumers (Vyukov, "Bounded MPMC queue", 1024cores.net).
//
// Every slot has a sequence number that tells whose turn it is: `at` for the push number `at`, `at + 1` for
// the pop of it, then the number of the push one round later. A thread owns a slot by advancing the counter
// of its side. Differs from the original: the counter's type is a parameter, so that its wrap can be
// explored.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

namespace heddle {

// Push and pop never wait for a lock; a thread that is stopped between owning a slot and filling it makes the
// ring look full or empty to others. What happened before a push happens before the return of the pop that
// takes its element. False and nothing mean that the ring was full or empty at some moment of the call, or
// looked so.
template <class T, std::size_t Capacity, class Counter = std::size_t>
class mpmc_ring {
  static_assert(std::is_unsigned_v<Counter>);
  static_assert(Capacity >= 2 && (Capacity & (Capacity - 1)) == 0, "a power of two, at least 2");
  // T's move must not throw: a slot that is owned has to be filled.
  static_assert(std::is_nothrow_move_constructible_v<T>);

 public:
  mpmc_ring() noexcept {
    for (std::size_t i = 0; i < Capacity; ++i)
      slots_[i].sequence.store(static_cast<Counter>(i), std::memory_order_relaxed);
  }
  mpmc_ring(const mpmc_ring&) = delete;
  mpmc_ring& operator=(const mpmc_ring&) = delete;
  ~mpmc_ring() {
    while (try_pop()) {
    }
  }

  static constexpr std::size_t capacity() noexcept { return Capacity; }

  [[nodiscard]] bool try_push(T value) noexcept {
    slot* const mine = own(pushed_, 0);
    if (mine == nullptr) return false;
    std::construct_at(mine->element(), std::move(value));
    // release: the consumer sees the element. Only the owner writes the sequence number meanwhile.
    mine->sequence.store(static_cast<Counter>(mine->sequence.load(std::memory_order_relaxed) + 1),
                         std::memory_order_release);
    return true;
  }

  std::optional<T> try_pop() noexcept {
    slot* const mine = own(popped_, 1);
    if (mine == nullptr) return std::nullopt;
    std::optional<T> out(std::move(*mine->element()));
    std::destroy_at(mine->element());
    // release: the producer of the next round may use the slot.
    mine->sequence.store(static_cast<Counter>(mine->sequence.load(std::memory_order_relaxed) - 1 + Capacity),
                         std::memory_order_release);
    return out;
  }

  // A hint.
  std::size_t size() const noexcept {
    const auto difference = static_cast<Counter>(pushed_.load(std::memory_order_relaxed) -
                                                 popped_.load(std::memory_order_relaxed));
    return difference <= Capacity ? difference : 0;
  }

 private:
  static constexpr std::size_t cache_line = 64;
  struct slot {
    std::atomic<Counter> sequence;
    alignas(T) std::byte bytes[sizeof(T)];
    T* element() noexcept { return std::launder(reinterpret_cast<T*>(bytes)); }
  };

  // The next slot of a side, whose sequence number is ahead of its counter by `ahead` when it is its turn.
  slot* own(std::atomic<Counter>& counter, Counter ahead) noexcept {
    Counter at = counter.load(std::memory_order_relaxed);
    for (;;) {
      slot& next = slots_[at % Capacity];
      // acquire: what the last owner of the slot did to it.
      const Counter sequence = next.sequence.load(std::memory_order_acquire);
      const auto turn = static_cast<std::make_signed_t<Counter>>(
          static_cast<Counter>(sequence - static_cast<Counter>(at + ahead)));
      if (turn < 0) return nullptr;
      if (turn > 0) {
        at = counter.load(std::memory_order_relaxed);
      } else if (counter.compare_exchange_weak(at, static_cast<Counter>(at + 1), std::memory_order_relaxed,
                                               std::memory_order_relaxed)) {
        return &next;
      }
    }
  }

  alignas(cache_line) std::atomic<Counter> pushed_{0};
  alignas(cache_line) std::atomic<Counter> popped_{0};
  alignas(cache_line) std::array<slot, Capacity> slots_;
};

}  // namespace heddle
