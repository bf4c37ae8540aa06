// What is expected of queues.
#pragma once

#include <atomic>
#include <chrono>
#include <heddle/blocking_queue.hpp>
#include <heddle/concurrent_queue.hpp>
#include <heddle/errors.hpp>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <vector>

#include "tests/primitives/suite/scenario.hpp"

namespace suite {

template <class Queue>
struct blocking_queue_suite {
  using heddle_errc = heddle::queue_errc;

  static void BQ_S1_EveryElementIsTakenOnce() {
    Queue q;
    int sum = 0;
    together([&] { expect(q.push(1).has_value()); }, [&] { expect(q.push(2).has_value()); },
             [&] { sum = *q.pop() + *q.pop(); });
    expect(sum == 3);
    expect(q.empty());
  }

  static void BQ_S1_TwoConsumersShare() {
    Queue q;
    std::atomic<int> sum{0};
    const auto take = [&] { sum += *q.pop(); };
    together(take, take, [&] {
      static_cast<void>(q.push(1));
      static_cast<void>(q.push(2));
    });
    expect(sum == 3);
  }

  static void BQ_S2_NeverMoreThanTheCapacity() {
    Queue q(1);
    together(
        [&] {
          for (int i = 0; i < 2; ++i) expect(q.push(i).has_value());
        },
        [&] {
          for (int i = 0; i < 2; ++i) {
            expect(q.size() <= 1);
            expect(*q.pop() == i);
          }
        });
  }

  static void BQ_S3_FirstInFirstOut() {
    Queue q(2);
    expect(q.try_push(1).has_value());
    expect(q.try_push(2).has_value());
    expect(q.try_push(3).error() == heddle_errc::full);
    expect(q.full());
    expect(*q.try_pop() == 1);
    expect(*q.try_pop() == 2);
    expect(q.try_pop().error() == heddle_errc::empty);
    expect(q.pop_for(short_time).error() == heddle_errc::timeout);
    expect(q.pop_for(std::chrono::seconds(-1)).error() == heddle_errc::empty);
  }

  static void BQ_S4_JoinWaitsForEveryTask() {
    Queue q;
    int done = 0;
    together(
        [&] {
          for (int i = 0; i < 2; ++i) {
            static_cast<void>(q.pop());
            ++done;
            q.task_done();
          }
        },
        [&] {
          static_cast<void>(q.push(1));
          static_cast<void>(q.push(2));
          q.join();
          expect(done == 2);
        });
    expect(throws<heddle::over_release>([&] { q.task_done(); }));
  }

  static void BQ_S5_PushHappensBeforeItsPop() {
    Queue q;
    int data = 0;
    together(
        [&] {
          data = 42;
          static_cast<void>(q.push(1));
        },
        [&] {
          static_cast<void>(q.pop());
          expect(data == 42);
        });
  }

  static void BQ_S6_ATimedOutPopTakesNothing() {
    Queue q;
    int taken = 0;
    together(
        [&] {
          if (auto got = q.pop_for(short_time)) static_cast<void>(q.push(*got));
        },
        [&] { taken = *q.pop(); }, [&] { static_cast<void>(q.push(7)); });
    expect(taken == 7);
    expect(q.empty());
  }

  static void BQ_S6_AStoppedPopTakesNothing() {
    Queue q;
    std::stop_source stop;
    bool got = false;
    together(
        [&] {
          const auto result = q.pop(stop.get_token());
          got = result.has_value();
          expect(got || result.error() == heddle_errc::stopped);
        },
        [&] { stop.request_stop(); });
    expect(!got);
  }

  static void BQ_S7_AfterAGracefulCloseTheRestCanBeTaken() {
    Queue q;
    static_cast<void>(q.push(1));
    q.close();
    q.close();
    expect(q.push(2).error() == heddle_errc::closed);
    expect(*q.pop() == 1);
    expect(q.pop().error() == heddle_errc::closed);
    expect(q.unfinished() == 1);
    expect(throws<heddle::queue_error>([&] { static_cast<void>(q.pop_or_throw()); }));
  }

  static void BQ_S7_AnImmediateCloseDropsTheRest() {
    Queue q;
    static_cast<void>(q.push(1));
    static_cast<void>(q.push(2));
    static_cast<void>(q.pop());
    q.close(heddle::closing::immediate);
    expect(q.pop().error() == heddle_errc::closed);
    expect(q.unfinished() == 1);
    q.task_done();
    q.join();
  }

  static void BQ_L1_AWaitingProducerGetsTheRoom() {
    Queue q(1);
    static_cast<void>(q.push(0));
    const auto push = [&] { expect(q.push(1).has_value()); };
    together(push, push, [&] {
      static_cast<void>(q.pop());
      static_cast<void>(q.pop());
    });
    expect(q.size() == 1);
  }

  static void BQ_L2_NoUnfinishedTaskReleasesEveryJoiner() {
    Queue q;
    static_cast<void>(q.push(1));
    const auto join = [&] { q.join(); };
    together(join, join, [&] {
      static_cast<void>(q.pop());
      q.task_done();
    });
  }

  static void BQ_L3_CloseReleasesWhoeverWaits() {
    Queue q(1);
    static_cast<void>(q.push(0));
    std::atomic<int> taken{0};
    together([&] { static_cast<void>(q.push(1)); },
             [&] {
               while (q.pop()) ++taken;
             },
             [&] { q.close(); });
    expect(taken == 1 || taken == 2);
  }

  static constexpr scenario all[] = {
      {"BQ_S1_EveryElementIsTakenOnce", BQ_S1_EveryElementIsTakenOnce},
      {"BQ_S1_TwoConsumersShare", BQ_S1_TwoConsumersShare},
      {"BQ_S2_NeverMoreThanTheCapacity", BQ_S2_NeverMoreThanTheCapacity},
      {"BQ_S3_FirstInFirstOut", BQ_S3_FirstInFirstOut},
      {"BQ_S4_JoinWaitsForEveryTask", BQ_S4_JoinWaitsForEveryTask},
      {"BQ_S5_PushHappensBeforeItsPop", BQ_S5_PushHappensBeforeItsPop},
      {"BQ_S6_ATimedOutPopTakesNothing", BQ_S6_ATimedOutPopTakesNothing},
      {"BQ_S6_AStoppedPopTakesNothing", BQ_S6_AStoppedPopTakesNothing},
      {"BQ_S7_AfterAGracefulCloseTheRestCanBeTaken", BQ_S7_AfterAGracefulCloseTheRestCanBeTaken},
      {"BQ_S7_AnImmediateCloseDropsTheRest", BQ_S7_AnImmediateCloseDropsTheRest},
      {"BQ_L1_AWaitingProducerGetsTheRoom", BQ_L1_AWaitingProducerGetsTheRoom},
      {"BQ_L2_NoUnfinishedTaskReleasesEveryJoiner", BQ_L2_NoUnfinishedTaskReleasesEveryJoiner},
      {"BQ_L3_CloseReleasesWhoeverWaits", BQ_L3_CloseReleasesWhoeverWaits},
  };
};

template <class Sys>
struct queue_order_suite {
  struct brittle {
    int key;
    bool operator<(const brittle& other) const {
      if (key < 0 || other.key < 0) throw std::runtime_error("compare");
      return key < other.key;
    }
  };

  static void BQ_S3_AStackTakesTheNewest() {
    heddle::basic_blocking_queue<int, heddle::lifo_order<int>, Sys> q;
    for (int i = 0; i < 3; ++i) static_cast<void>(q.push(i));
    for (int i = 2; i >= 0; --i) expect(*q.pop() == i);
  }

  static void BQ_S3_APriorityQueueTakesTheSmallestAndOfEqualOnesTheOldest() {
    struct item {
      int key;
      int number;
      bool operator<(const item& other) const { return key < other.key; }
    };
    heddle::basic_blocking_queue<item, heddle::priority_order<item>, Sys> q;
    for (const int key : {3, 1, 2, 1}) static_cast<void>(q.push(item{key, static_cast<int>(q.size())}));
    expect(q.pop()->number == 1);
    expect(q.pop()->number == 3);
    expect(q.pop()->key == 2);
    expect(q.pop()->key == 3);
  }

  static void BQ_L4_AComparisonThatThrowsStrandsNobody() {
    heddle::basic_blocking_queue<brittle, heddle::priority_order<brittle>, Sys> q(2);
    static_cast<void>(q.push(brittle{1}));
    expect(throws<std::runtime_error>([&] { static_cast<void>(q.push(brittle{-1})); }));
    expect(q.size() == 1);
    expect(q.unfinished() == 1);
    expect(q.pop()->key == 1);
  }

  static constexpr scenario all[] = {
      {"BQ_S3_AStackTakesTheNewest", BQ_S3_AStackTakesTheNewest},
      {"BQ_S3_APriorityQueueTakesTheSmallestAndOfEqualOnesTheOldest",
       BQ_S3_APriorityQueueTakesTheSmallestAndOfEqualOnesTheOldest},
      {"BQ_L4_AComparisonThatThrowsStrandsNobody", BQ_L4_AComparisonThatThrowsStrandsNobody},
  };
};

template <class Queue>
struct concurrent_queue_suite {
  static void CQ_S1_EveryElementIsTakenOnce() {
    Queue q;
    int sum = 0;
    together([&] { q.push(1); }, [&] { q.push(2); }, [&] { sum = q.pop() + q.pop(); });
    expect(sum == 3);
    expect(!q.try_pop().has_value());
  }

  static void CQ_S2_FirstInFirstOutForEachProducer() {
    Queue q;
    together(
        [&] {
          q.push(1);
          q.push(2);
        },
        [&] {
          expect(q.pop() == 1);
          expect(q.pop() == 2);
        });
  }

  static void CQ_S3_PushHappensBeforeItsPop() {
    Queue q;
    int data = 0;
    together(
        [&] {
          data = 42;
          q.push(1);
        },
        [&] {
          if (q.try_pop()) expect(data == 42);
        });
  }

  static void CQ_L1_EveryWaitingConsumerGetsAnElement() {
    Queue q;
    const auto take = [&] { static_cast<void>(q.pop()); };
    together(take, take, [&] {
      q.push(1);
      q.push(2);
    });
    expect(q.empty());
  }

  static void CQ_L2_AConsumerFallingAsleepSeesThePush() {
    Queue q;
    together([&] { q.push(1); }, [&] { expect(q.pop() == 1); });
  }

  // One consumer: what is not empty stays so until it pops.
  static void CQ_S4_EmptyIsTrueAtSomeMoment() {
    Queue q;
    expect(q.empty());
    together([&] { q.push(1); },
             [&] {
               if (!q.empty()) expect(q.try_pop() == 1);
             });
    if (!q.try_pop()) expect(q.empty());
  }

  static void CQ_ATimedPopReturnsAtItsDeadline() {
    Queue q;
    expect(!q.pop_for(short_time).has_value());
    expect(!q.pop_for(std::chrono::seconds(-1)).has_value());
    q.push(1);
    expect(*q.pop_for(short_time) == 1);
  }

  static constexpr scenario all[] = {
      {"CQ_S1_EveryElementIsTakenOnce", CQ_S1_EveryElementIsTakenOnce},
      {"CQ_S2_FirstInFirstOutForEachProducer", CQ_S2_FirstInFirstOutForEachProducer},
      {"CQ_S3_PushHappensBeforeItsPop", CQ_S3_PushHappensBeforeItsPop},
      {"CQ_L1_EveryWaitingConsumerGetsAnElement", CQ_L1_EveryWaitingConsumerGetsAnElement},
      {"CQ_L2_AConsumerFallingAsleepSeesThePush", CQ_L2_AConsumerFallingAsleepSeesThePush},
      {"CQ_S4_EmptyIsTrueAtSomeMoment", CQ_S4_EmptyIsTrueAtSomeMoment},
      {"CQ_ATimedPopReturnsAtItsDeadline", CQ_ATimedPopReturnsAtItsDeadline},
  };
};

template <class Sys>
struct reentry_suite {
  // An element whose first move out of a queue throws.
  struct brittle {
    explicit brittle(std::atomic<int>& left) : moves(&left) {}
    brittle(const brittle&) = delete;
    brittle& operator=(const brittle&) = delete;
    brittle(brittle&& other) : moves(other.moves) {
      if (moves->fetch_sub(1) == 1) throw std::runtime_error("move");
    }
    brittle& operator=(brittle&&) = delete;
    std::atomic<int>* moves;
  };

  // The second consumer gets the element that the first could not take.
  template <class Queue>
  static void strands_nobody(Queue& q, int moves_of_a_push) {
    std::atomic<int> left{1000};
    std::atomic<int> thrown{0};
    std::atomic<int> taken{0};
    const auto take = [&] {
      if (throws<std::runtime_error>([&] { static_cast<void>(q.pop()); })) {
        ++thrown;
      } else {
        ++taken;
      }
    };
    together(take, take, [&] {
      left.store(moves_of_a_push + 1);
      static_cast<void>(q.push(brittle(left)));
    });
    expect(thrown == 1 && taken == 1);
  }
  static void BQ_L4_AnElementThatCannotBeTakenStrandsNobody() {
    heddle::basic_blocking_queue<brittle, heddle::fifo_order<brittle>, Sys> q;
    strands_nobody(q, 2);
  }
  static void CQ_L1_AnElementThatCannotBeTakenStrandsNobody() {
    heddle::basic_concurrent_queue<brittle, Sys> q;
    strands_nobody(q, 1);
  }

  // Dropped, the first element pushes the second.
  static void CQ_S5_PushMayBeCalledByTheEndOfAnElement() {
    heddle::basic_concurrent_queue<std::shared_ptr<void>, Sys> q;
    const auto drop = [&] { static_cast<void>(q.pop()); };
    together(drop, drop, [&] { q.push(std::shared_ptr<void>(&q, [&](void*) { q.push(nullptr); })); });
    expect(q.empty());
  }

  static constexpr scenario all[] = {
      {"BQ_L4_AnElementThatCannotBeTakenStrandsNobody", BQ_L4_AnElementThatCannotBeTakenStrandsNobody},
      {"CQ_L1_AnElementThatCannotBeTakenStrandsNobody", CQ_L1_AnElementThatCannotBeTakenStrandsNobody},
      {"CQ_S5_PushMayBeCalledByTheEndOfAnElement", CQ_S5_PushMayBeCalledByTheEndOfAnElement},
  };
};

// Of a ring of two slots.
template <class Ring>
struct ring_suite {
  static void RG_S2_OnlyWholeElementsAreRead() {
    Ring r;
    together(
        [&] {
          expect(r.try_push(std::vector<int>{1, 2}));
        },
        [&] {
          if (const auto got = r.try_pop()) expect(got->size() == 2 && got->back() == 2);
        });
  }

  static void RG_S3_SlotsAreUsedAgain() {
    Ring r;
    std::atomic<int> pushed{0};
    std::atomic<int> popped{0};
    together(
        [&] {
          for (int i = 0; i < 3; ++i)
            if (r.try_push(std::vector<int>{i})) ++pushed;
        },
        [&] {
          int last = -1;
          for (int i = 0; i < 3; ++i) {
            const auto got = r.try_pop();
            if (!got) continue;
            expect(got->at(0) > last);
            last = got->at(0);
            ++popped;
          }
        });
    while (r.try_pop()) ++popped;
    expect(pushed == popped);
  }

  static void RG_L1_FullAndEmptyAreTrue() {
    Ring r;
    expect(!r.try_pop().has_value());
    for (std::size_t round = 0; round < 3; ++round) {
      for (std::size_t i = 0; i < Ring::capacity(); ++i) expect(r.try_push({}));
      expect(!r.try_push({}));
      expect(r.size() == Ring::capacity());
      for (std::size_t i = 0; i < Ring::capacity(); ++i) expect(r.try_pop().has_value());
      expect(!r.try_pop().has_value());
    }
  }

  static constexpr scenario all[] = {
      {"RG_S2_OnlyWholeElementsAreRead", RG_S2_OnlyWholeElementsAreRead},
      {"RG_S3_SlotsAreUsedAgain", RG_S3_SlotsAreUsedAgain},
      {"RG_L1_FullAndEmptyAreTrue", RG_L1_FullAndEmptyAreTrue},
  };
};

// Of a ring for many on both sides, whose counters wrap after 256.
template <class Ring>
struct mpmc_ring_suite {
  static void RG_S1_NoSlotHasTwoProducers() {
    Ring r;
    const auto push = [&](int value) { return [&r, value] { expect(r.try_push(std::vector<int>{value})); }; };
    together(push(1), push(2));
    expect((*r.try_pop())[0] + (*r.try_pop())[0] == 3);
  }

  static void RG_S1_NoElementHasTwoConsumers() {
    Ring r;
    expect(r.try_push(std::vector<int>{1}));
    std::atomic<int> taken{0};
    const auto pop = [&] {
      if (r.try_pop()) ++taken;
    };
    together(pop, pop);
    expect(taken == 1);
  }

  static void RG_S3_TheCountersWrap() {
    Ring r;
    for (int i = 0; i < 255; ++i) {
      expect(r.try_push({}));
      expect(r.try_pop().has_value());
    }
    RG_around(r);
  }
  static void RG_around(Ring& r) {
    std::atomic<int> taken{0};
    together(
        [&] {
          expect(r.try_push(std::vector<int>{1}));
          expect(r.try_push(std::vector<int>{2}));
        },
        [&] {
          for (int i = 0; i < 2; ++i)
            if (r.try_pop()) ++taken;
        });
    while (r.try_pop()) ++taken;
    expect(taken == 2);
  }

  static constexpr scenario all[] = {
      {"RG_S1_NoSlotHasTwoProducers", RG_S1_NoSlotHasTwoProducers},
      {"RG_S1_NoElementHasTwoConsumers", RG_S1_NoElementHasTwoConsumers},
      {"RG_S3_TheCountersWrap", RG_S3_TheCountersWrap},
  };
};

}  // namespace suite
