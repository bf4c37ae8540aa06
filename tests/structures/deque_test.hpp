// What every work-stealing deque must do: each task is done exactly once, by the owner or by a thief, who
// sees what the owner wrote before it pushed the task.
#pragma once

#include <optional>
#include <vector>

#include "threads.hpp"

namespace structures {

// The owner pushes `tasks` tasks, taking one back after each `push_run` of them, then takes `takes` more;
// each of the thieves tries `steals` times.
template <class Deque>
void test_deque(Deque& deque, int tasks, int push_run, int thieves, int steals) {
  std::vector<int> prepared(tasks + 1);
  std::vector<int> done(tasks + 1);
  const auto work = [&](std::optional<int> task) {
    if (!task) return;
    assert(prepared[*task] == *task);
    ++done[*task];
  };
  run_many(1 + thieves, [&](int who) {
    if (who > 0) {
      for (int i = 0; i < steals; ++i) work(deque.steal());
      return;
    }
    for (int task = 1; task <= tasks; ++task) {
      prepared[task] = task;
      deque.push(task);
      if (task % push_run == 0) work(deque.take());
    }
    work(deque.take());
  });
  while (const auto left = deque.take()) work(left);
  for (int task = 1; task <= tasks; ++task) assert(done[task] == 1);
}

}  // namespace structures
