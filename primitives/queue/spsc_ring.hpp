// A bounded queue for one producer and one consumer (Lamport, "Specifying Concurrent Program Modules", 1983).
//
// Each side owns its counter and keeps a copy of the other's, so that it reads the other's cache line only
// when the ring looks full or empty to it.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <new>
#include <optional>
#include <utility>

namespace heddle {

// Wait-free. One thread at a time may push, one may pop. What happened before a push happens before the
// return of the pop that takes its element; a full ring that becomes free again hands its slot back the same
// way. False and nothing mean that the ring was full or empty as far as the caller knows: it need not see at
// once what the other side does without telling it.
template <class T, std::size_t Capacity>
class spsc_ring {
  static_assert(Capacity >= 1);

 public:
  spsc_ring() noexcept = default;
  spsc_ring(const spsc_ring&) = delete;
  spsc_ring& operator=(const spsc_ring&) = delete;
  ~spsc_ring() {
    while (try_pop()) {
    }
  }

  static constexpr std::size_t capacity() noexcept { return Capacity; }

  // By the producer.
  template <class... Arguments>
  [[nodiscard]] bool try_emplace(Arguments&&... arguments) {
    const std::size_t at = pushed_.load(std::memory_order_relaxed);
    if (at - popped_seen_ == Capacity) {
      // acquire: the consumer has taken what was in the slot.
      popped_seen_ = popped_.load(std::memory_order_acquire);
      if (at - popped_seen_ == Capacity) return false;
    }
    std::construct_at(slot(at), std::forward<Arguments>(arguments)...);
    // release: the consumer sees the element.
    pushed_.store(at + 1, std::memory_order_release);
    return true;
  }
  [[nodiscard]] bool try_push(T value) { return try_emplace(std::move(value)); }

  // By the consumer.
  std::optional<T> try_pop() {
    const std::size_t at = popped_.load(std::memory_order_relaxed);
    if (at == pushed_seen_) {
      // acquire: pairs with the producer's release.
      pushed_seen_ = pushed_.load(std::memory_order_acquire);
      if (at == pushed_seen_) return std::nullopt;
    }
    T* const element = slot(at);
    std::optional<T> out(std::move(*element));
    std::destroy_at(element);
    // release: the producer may use the slot again.
    popped_.store(at + 1, std::memory_order_release);
    return out;
  }

  // A hint, from any thread.
  std::size_t size() const noexcept {
    return pushed_.load(std::memory_order_relaxed) - popped_.load(std::memory_order_relaxed);
  }

 private:
  static constexpr std::size_t cache_line = 64;
  struct alignas(T) storage {
    std::byte bytes[sizeof(T)];
  };

  T* slot(std::size_t at) noexcept { return std::launder(reinterpret_cast<T*>(slots_[at % Capacity].bytes)); }

  alignas(cache_line) std::atomic<std::size_t> pushed_{0};
  std::size_t popped_seen_ = 0;  // the producer's
  alignas(cache_line) std::atomic<std::size_t> popped_{0};
  std::size_t pushed_seen_ = 0;  // the consumer's
  alignas(cache_line) std::array<storage, Capacity> slots_;
};

}  // namespace heddle
