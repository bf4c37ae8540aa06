// Bugs in the use of queues, in queues, and in the publication of data.
#include <atomic>
#include <condition_variable>
#include <heddle/blocking_queue.hpp>
#include <memory>
#include <mutex>
#include <optional>

#include "tests/primitives/bugs/bug.hpp"
#include "tests/primitives/suite/modular.hpp"

namespace bugs {
namespace {

// With the lock inside as one step: these programs are about the use of the queue.
template <class T>
using blocking_queue = heddle::basic_blocking_queue<T, heddle::fifo_order<T>, suite::modular>;

template <class Queue, class Value>
void put(Queue& queue, Value value) {
  static_cast<void>(queue.push(std::move(value)));
}

void task_done_is_missed(bool mended) {
  blocking_queue<int> queue;
  put(queue, 1);
  together(
      [&] {
        const bool good = *queue.pop() == 0;
        if (good || mended) queue.task_done();
      },
      [&] { queue.join(); });
}

void task_done_twice(bool mended) {
  blocking_queue<int> queue;
  put(queue, 1);
  static_cast<void>(queue.pop());
  queue.task_done();
  if (!mended) queue.task_done();
}

// The join returns although the element is still being worked on.
void task_done_before_the_work(bool mended) {
  blocking_queue<int> queue;
  int worked = 0;
  put(queue, 1);
  together(
      [&] {
        static_cast<void>(queue.pop());
        if (!mended) queue.task_done();
        worked = 1;
        if (mended) queue.task_done();
      },
      [&] {
        queue.join();
        assert(worked == 1);
      });
}

// The consumer produces into the full queue it alone empties.
void consumer_that_produces(bool mended) {
  blocking_queue<int> queue(1);
  put(queue, 1);
  together(
      [&] {
        const int got = *queue.pop();
        if (got != 1) return;
        if (mended) {
          static_cast<void>(queue.try_push(2));
        } else {
          put(queue, 2);
        }
      },
      [&] { static_cast<void>(queue.try_push(3)); });
}

void one_poison_pill_for_two_consumers(bool mended) {
  blocking_queue<int> queue;
  put(queue, 0);
  if (mended) put(queue, 0);
  const auto consume = [&] {
    while (*queue.pop() != 0) {
    }
  };
  together(consume, consume);
}

void empty_used_as_a_guard(bool mended) {
  blocking_queue<int> queue;
  put(queue, 1);
  const auto consume = [&] {
    if (mended) {
      static_cast<void>(queue.try_pop());
    } else if (!queue.empty()) {
      static_cast<void>(queue.pop());
    }
  };
  together(consume, consume);
}

// Closing does not wake the producer that waits for room.
class closable {
 public:
  explicit closable(bool mended) : mended_(mended) {}
  bool push(int value) {
    std::unique_lock held(lock_);
    room_.wait(held, [&] { return closed_ || !value_; });
    if (closed_) return false;
    value_ = value;
    return true;
  }
  void close() {
    const std::lock_guard held(lock_);
    closed_ = true;
    if (mended_) room_.notify_all();
  }

 private:
  const bool mended_;
  std::mutex lock_;
  std::condition_variable room_;
  std::optional<int> value_;
  bool closed_ = false;
};
void producer_hangs_on_a_closed_queue(bool mended) {
  closable queue(mended);
  together(
      [&] {
        put(queue, 1);
        put(queue, 2);
      },
      [&] { queue.close(); });
}

// The result of a push that meets a closed queue is ignored.
void element_lost_by_the_close(bool mended) {
  blocking_queue<int> queue(1);
  int taken = 0;
  int given = 0;
  together(
      [&] {
        for (const int value : {1, 2}) {
          const bool pushed = queue.push(value).has_value();
          if (pushed || !mended) ++given;
        }
      },
      [&] {
        if (queue.pop()) ++taken;
        queue.close();
        while (queue.pop()) ++taken;
      });
  assert(taken == given);
}

void changed_after_the_push(bool mended) {
  blocking_queue<std::shared_ptr<int>> queue;
  together(
      [&] {
        auto value = std::make_shared<int>(1);
        if (mended) *value = 2;
        put(queue, value);
        if (!mended) *value = 2;
      },
      [&] { assert(**queue.pop() != 0); });
}

// A ring whose slots have no number of their own: what is claimed is taken for written.
void half_written_slot(bool mended) {
  int slot = 0;
  std::atomic<int> claimed{0};
  std::atomic<int> written{0};
  together(
      [&] {
        claimed.store(1, std::memory_order_release);
        slot = 7;
        written.store(1, std::memory_order_release);
      },
      [&] {
        const std::atomic<int>& tells = mended ? written : claimed;
        if (tells.load(std::memory_order_acquire) == 1) assert(slot == 7);
      });
}

// A slot with a turn: even for the push, odd for the pop. Counters that wrap at once cannot tell two pushes
// apart.
template <unsigned Rounds>
class numbered_slot {
 public:
  bool push(int value) {
    unsigned at = pushed_.load();
    if (turn_.load() != 2 * at || !pushed_.compare_exchange_strong(at, (at + 1) % Rounds)) return false;
    value_.store(value);
    turn_.store(2 * at + 1);
    return true;
  }
  std::optional<int> pop() {
    unsigned at = popped_.load();
    if (turn_.load() != 2 * at + 1 || !popped_.compare_exchange_strong(at, (at + 1) % Rounds))
      return std::nullopt;
    const int value = value_.load();
    turn_.store(2 * ((at + 1) % Rounds));
    return value;
  }

 private:
  std::atomic<unsigned> pushed_{0};
  std::atomic<unsigned> popped_{0};
  std::atomic<unsigned> turn_{0};
  std::atomic<int> value_{0};
};
template <unsigned Rounds>
void two_pushes() {
  numbered_slot<Rounds> slot;
  bool pushed[2] = {};
  together([&] { pushed[0] = slot.push(1); }, [&] { pushed[1] = slot.push(2); });
  int taken = 0;
  while (slot.pop()) ++taken;
  assert(taken == pushed[0] + pushed[1]);
}
void sequence_number_wraps(bool mended) { mended ? two_pushes<64>() : two_pushes<1>(); }

}  // namespace

std::span<const bug> all() {
  static constexpr bug list[] = {
      {"task_done_is_missed", task_done_is_missed},
      {"task_done_twice", task_done_twice},
      {"task_done_before_the_work", task_done_before_the_work},
      {"consumer_that_produces", consumer_that_produces},
      {"one_poison_pill_for_two_consumers", one_poison_pill_for_two_consumers},
      {"empty_used_as_a_guard", empty_used_as_a_guard},
      {"producer_hangs_on_a_closed_queue", producer_hangs_on_a_closed_queue},
      {"element_lost_by_the_close", element_lost_by_the_close},
      {"changed_after_the_push", changed_after_the_push},
      {"half_written_slot", half_written_slot},
      {"sequence_number_wraps", sequence_number_wraps},
  };
  return list;
}

}  // namespace bugs
