// What is expected of the queue inside condition variables, with threads that come, leave and take at once.
#pragma once

#include <array>
#include <memory>

#include "primitives/core/waiter.hpp"
#include "tests/primitives/suite/scenario.hpp"

namespace suite {

template <class Queue>
struct wait_queue_suite {
  using node = typename Queue::node;

  static constexpr heddle::sys::nanoseconds long_ago = 0;

  static bool gives_up(node& waiter) { return waiter.sleep(long_ago) == heddle::core::wait_end::left; }

  // Answered already: does not sleep.
  static void expect_selected(node& waiter) {
    expect(!waiter.waits());
    expect(waiter.sleep() == heddle::core::wait_end::selected);
  }

  static void CV_L1_TakersServeThoseThatWaitLongest() {
    Queue queue;
    std::array<node, 3> nodes;
    queue.push(nodes[0]);
    queue.push(nodes[1]);
    together([&] { queue.take(1).answer(); }, [&] { queue.take(1).answer(); }, [&] { queue.push(nodes[2]); });
    expect_selected(nodes[0]);
    expect_selected(nodes[1]);
    expect(nodes[2].waits());
    queue.take(2).answer();
    expect_selected(nodes[2]);
    expect(queue.empty());
  }

  // All that are in are taken in their order, those that come meanwhile now or later, and none twice.
  static void CV_S5_TakingAllMissesNobody() {
    Queue queue;
    std::array<node, 3> nodes;
    queue.push(nodes[0]);
    together([&] { queue.take(3).answer(); },
             [&] {
               queue.push(nodes[1]);
               queue.push(nodes[2]);
             });
    expect_selected(nodes[0]);
    const bool second_waits = nodes[1].waits();
    const bool third_waits = nodes[2].waits();
    expect(!second_waits || third_waits);
    auto rest = queue.take(3);
    expect(rest.size() == std::size_t{second_waits} + std::size_t{third_waits});
    rest.answer();
    expect_selected(nodes[1]);
    expect_selected(nodes[2]);
  }

  // The first leaves or is taken; the second is taken, or stays and is found.
  static void CV_S4_WhoLeavesIsNotTaken() {
    Queue queue;
    std::array<node, 3> nodes;
    queue.push(nodes[0]);
    queue.push(nodes[1]);
    bool left = false;
    together(
        [&] {
          left = gives_up(nodes[0]);
          if (left) queue.remove(nodes[0]);
        },
        [&] { queue.take(1).answer(); }, [&] { queue.push(nodes[2]); });
    expect(nodes[1].waits() != left);
    expect(nodes[2].waits());
    auto rest = queue.take(3);
    expect(rest.size() == (left ? 1U : 2U));
    rest.answer();
    expect_selected(nodes[1]);
    expect_selected(nodes[2]);
  }

  // Wherever they are in the queue.
  static void CV_S4_ThoseThatLeaveAtTheSameTimeLeaveTheRest() {
    Queue queue;
    std::array<node, 4> nodes;
    for (node& one : nodes)
      if (&one != &nodes.back()) queue.push(one);
    const auto leave = [&](node& one) {
      expect(gives_up(one));
      queue.remove(one);
    };
    together([&] { leave(nodes[0]); }, [&] { leave(nodes[2]); }, [&] { queue.push(nodes[3]); });
    auto rest = queue.take(1);
    expect(rest.size() == 1);
    rest.answer();
    expect_selected(nodes[1]);
    rest = queue.take(2);
    expect(rest.size() == 1);
    rest.answer();
    expect_selected(nodes[3]);
    expect(queue.empty());
  }

  static void CV_S6_MayBeDestroyedWhileManyLeave() {
    auto queue = std::make_unique<Queue>();
    std::array<node, 2> nodes;
    for (node& one : nodes) {
      queue->push(one);
      expect(gives_up(one));
    }
    together([&] { queue->remove(nodes[0]); }, [&] { queue->remove(nodes[1]); },
             [&] {
               queue->wait_for_leavers("wait_queue");
               queue.reset();
             });
  }

  static constexpr scenario all[] = {
      {"CV_L1_TakersServeThoseThatWaitLongest", CV_L1_TakersServeThoseThatWaitLongest},
      {"CV_S5_TakingAllMissesNobody", CV_S5_TakingAllMissesNobody},
      {"CV_S4_WhoLeavesIsNotTaken", CV_S4_WhoLeavesIsNotTaken},
      {"CV_S4_ThoseThatLeaveAtTheSameTimeLeaveTheRest", CV_S4_ThoseThatLeaveAtTheSameTimeLeaveTheRest},
      {"CV_S6_MayBeDestroyedWhileManyLeave", CV_S6_MayBeDestroyedWhileManyLeave},
  };
};

// Larger: four threads.
template <class Queue>
struct contended_wait_queue_suite {
  using basic = wait_queue_suite<Queue>;

  // Three that want the queue, of which two may have to be handed it, with a waiter behind them.
  static void CV_L2_ManyTakersMissNobody() {
    Queue queue;
    std::array<typename Queue::node, 3> nodes;
    queue.push(nodes[0]);
    queue.push(nodes[1]);
    expect(basic::gives_up(nodes[0]));
    const auto take = [&] { queue.take(3).answer(); };
    together(
        take, [&] { queue.remove(nodes[0]); }, take, [&] { queue.push(nodes[2]); });
    basic::expect_selected(nodes[1]);
    const bool waits = nodes[2].waits();
    auto rest = queue.take(3);
    expect(rest.size() == std::size_t{waits});
    rest.answer();
    basic::expect_selected(nodes[2]);
    expect(queue.empty());
  }

  static constexpr scenario all[] = {
      {"CV_L2_ManyTakersMissNobody", CV_L2_ManyTakersMissNobody},
  };
};

}  // namespace suite
