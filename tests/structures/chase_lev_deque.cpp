// One owner, some thieves: deque_test.hpp.
#include "chase_lev_deque.hpp"

#include "deque_test.hpp"

#ifndef TASKS
#define TASKS 3
#endif
#ifndef PUSH_RUN
#define PUSH_RUN 2
#endif
#ifndef THIEVES
#define THIEVES 1
#endif
#ifndef STEALS
#define STEALS 2
#endif
#ifndef CAPACITY
#define CAPACITY 2
#endif

int main() {
  structures::chase_lev_deque<int, CAPACITY> deque;
  structures::test_deque(deque, TASKS, PUSH_RUN, THIEVES, STEALS);
}
