// One owner, some thieves, and a buffer that becomes too small: deque_test.hpp.
#include "growing_deque.hpp"

#include "deque_test.hpp"

#ifndef TASKS
#define TASKS 3
#endif
#ifndef PUSH_RUN
#define PUSH_RUN 3
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
  structures::growing_deque<int> deque(CAPACITY);
  structures::test_deque(deque, TASKS, PUSH_RUN, THIEVES, STEALS);
}
