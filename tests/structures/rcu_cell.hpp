// A value readers use in place while writers replace it: read-copy-update, McKenney and Slingwine, "Read-copy
// update: using execution history to solve concurrency problems", PDCS 1998, with one flag for each reader
// instead of quiescent states.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>

namespace structures {

template <class T, std::size_t readers>
class rcu_cell {
 public:
  explicit rcu_cell(T* first) : current_(first) {}
  rcu_cell(const rcu_cell&) = delete;
  rcu_cell& operator=(const rcu_cell&) = delete;
  ~rcu_cell() { delete current_.load(std::memory_order_relaxed); }

  template <class Use>
  void read(std::size_t me, Use use) {
    reading_[me].store(true, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);  // announced before the pointer is read
    use(*current_.load(std::memory_order_acquire));
    reading_[me].store(false, std::memory_order_release);
  }

  // Returns when the old value is deleted.
  void replace(T* next) {
    T* const old = current_.exchange(next, std::memory_order_acq_rel);
    std::atomic_thread_fence(std::memory_order_seq_cst);  // replaced before the announcements are read
    for (const auto& reading : reading_) {
      while (reading.load(std::memory_order_acquire)) {
      }
    }
    delete old;
  }

 private:
  std::atomic<T*> current_;
  std::array<std::atomic<bool>, readers> reading_{};
};

}  // namespace structures
