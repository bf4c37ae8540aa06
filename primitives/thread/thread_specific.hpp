// A value for each thread, in an object: Python's threading.local, with the destructor of thread_local.
//
// Every object has a small index, and every thread a table of slots by index, so that a value that is there
// is found with one access of a thread-local variable and one comparison. A slot is also in a list of its
// object. Whoever takes it out of that list, under a lock, destroys the value: the thread that ends or the
// thread that destroys the object. Indices are used again, after all slots of the old object are empty.
#pragma once

#include <cstddef>
#include <cstdio>
#include <functional>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "primitives/core/lock.hpp"
#include "primitives/sys/sys.hpp"

namespace heddle {

namespace core {

// The value of one object in one thread. Links and `value` change under the lock of the registry; the thread
// itself reads its own without.
struct specific_slot {
  void* value = nullptr;
  void (*destroy)(void*) = nullptr;
  specific_slot* previous = nullptr;
  specific_slot* next = nullptr;
  specific_slot** first = nullptr;  // of the object's list

  void link(specific_slot*& list) noexcept {
    first = &list;
    next = list;
    previous = nullptr;
    if (next != nullptr) next->previous = this;
    list = this;
  }
  void unlink() noexcept {
    (previous == nullptr ? *first : previous->next) = next;
    if (next != nullptr) next->previous = previous;
    first = nullptr;
  }
};

template <class Sys>
class specific_registry {
 public:
  // What the threads share. Never destroyed: threads may end after the static objects.
  static specific_registry& get() {
    static specific_registry& registry = *new specific_registry;
    return registry;
  }

  std::size_t new_index() {
    const hold<Sys> held(guard);
    if (free_.empty()) {
      free_.reserve(indices_ + 1);  // so that giving back cannot fail
      return indices_++;
    }
    const std::size_t index = free_.back();
    free_.pop_back();
    return index;
  }
  void give_back(std::size_t index) noexcept { free_.push_back(index); }  // with the lock

  lock<Sys> guard;

  static specific_slot* find(std::size_t index) noexcept {
    return index < slots.size() ? slots[index].get() : nullptr;
  }
  static specific_slot& find_or_make(std::size_t index) {
    if (index >= slots.size()) {
      thread_local cleaner mine;
      mine.table.resize(index + 1);
      slots = mine.table;
    }
    std::unique_ptr<specific_slot>& slot = slots[index];
    if (slot == nullptr) slot = std::make_unique<specific_slot>();
    return *slot;
  }

 private:
  // The calling thread's table. Trivial, so that reading it costs no check whether it was constructed.
  static inline constinit thread_local std::span<std::unique_ptr<specific_slot>> slots = {};

  // Destroys the values of a thread that ends. A destructor that makes new values has as many rounds as those
  // of POSIX keys.
  struct cleaner {
    std::vector<std::unique_ptr<specific_slot>> table;
    ~cleaner() {
      static constexpr int rounds_max = 4;
      for (int round = 0; round < rounds_max; ++round)
        if (!destroy_all()) break;
      for (const auto& slot : table)
        if (slot != nullptr && take(*slot) != nullptr)
          std::fprintf(stderr, "heddle: a value of a thread_specific is made again by its own destructor\n");
      slots = {};
    }
    bool destroy_all() {
      bool any = false;
      for (std::size_t i = 0; i < table.size(); ++i) {  // a destructor may make the table longer
        if (table[i] == nullptr) continue;
        void (*const destroy)(void*) = table[i]->destroy;
        if (void* const value = take(*table[i])) {
          destroy(value);
          any = true;
        }
      }
      return any;
    }
    // Null: the object was destroyed first.
    static void* take(specific_slot& slot) noexcept {
      const hold<Sys> held(get().guard);
      if (slot.value != nullptr) slot.unlink();
      return std::exchange(slot.value, nullptr);
    }
  };

  std::size_t indices_ = 0;
  std::vector<std::size_t> free_;
};

}  // namespace core

// A thread sees its own value only; a new thread has none. Values are destroyed by the thread that ends, in
// the order of their objects' creation, or by the destructor of the object, whichever comes first, once.
// No use of the object may overlap with its destructor, but threads may end meanwhile.
template <class T, class Sys = sys::threads>
class basic_thread_specific {
  using registry = core::specific_registry<Sys>;

 public:
  // local() makes T() of a thread's first use.
  basic_thread_specific() requires std::is_default_constructible_v<T>
      : basic_thread_specific([] { return T(); }) {}
  // local() makes what `initialiser` returns, which is called once for each thread that uses it.
  explicit basic_thread_specific(std::function<T()> initialiser)
      : initialiser_(std::move(initialiser)), index_(registry::get().new_index()) {}
  basic_thread_specific(const basic_thread_specific&) = delete;
  basic_thread_specific& operator=(const basic_thread_specific&) = delete;
  ~basic_thread_specific() {
    registry& all = registry::get();
    all.guard.acquire();
    std::vector<void*> values;
    for (core::specific_slot* slot = slots_; slot != nullptr;) {
      core::specific_slot* const next = slot->next;
      values.push_back(std::exchange(slot->value, nullptr));
      slot->first = nullptr;
      slot = next;
    }
    all.give_back(index_);
    all.guard.release();
    for (void* const value : values) destroy(value);
  }

  // The calling thread's value; null if it has none.
  T* get() const noexcept {
    const core::specific_slot* const slot = registry::find(index_);
    return slot != nullptr ? static_cast<T*>(slot->value) : nullptr;
  }

  // The calling thread's value, made if there is none.
  T& local() {
    if (T* const there = get()) return *there;
    return enter(std::make_unique<T>(initialiser_()));
  }

  // Replaces the calling thread's value.
  T& set(T value) {
    auto made = std::make_unique<T>(std::move(value));
    reset();
    return enter(std::move(made));
  }

  // Destroys the calling thread's value, if there is one.
  void reset() {
    core::specific_slot* const slot = registry::find(index_);
    if (slot == nullptr || slot->value == nullptr) return;
    registry& all = registry::get();
    all.guard.acquire();
    slot->unlink();
    void* const old = std::exchange(slot->value, nullptr);
    all.guard.release();
    destroy(old);
  }

  // visit(value) for the value of every thread. No thread may use the object, or end, meanwhile.
  template <class Visit>
  void for_each(Visit visit) {
    for (core::specific_slot* slot = slots_; slot != nullptr; slot = slot->next)
      visit(*static_cast<T*>(slot->value));
  }

 private:
  static void destroy(void* value) { delete static_cast<T*>(value); }

  T& enter(std::unique_ptr<T> made) {
    core::specific_slot& slot = registry::find_or_make(index_);
    T* const value = made.release();
    const core::hold<Sys> held(registry::get().guard);
    slot.value = value;
    slot.destroy = destroy;
    slot.link(slots_);
    return *value;
  }

  const std::function<T()> initialiser_;
  const std::size_t index_;
  core::specific_slot* slots_ = nullptr;
};

template <class T>
using thread_specific = basic_thread_specific<T>;

}  // namespace heddle
