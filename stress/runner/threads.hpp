// The program's threads, numbered in the order they were created, as in a check: what each has observed, and
// what it is blocked in.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heddle::stress {

inline constexpr std::uint32_t threads_max = 256;

struct Thread {
  static constexpr std::size_t observed_max = 480;

  std::uint32_t id = 0;          // in this run of the body; main is 0
  std::uint64_t process_id = 0;  // a number no other thread of the process has had
  int kernel_id = 0;
  // Set while the thread is in a call that only another thread can end.
  const char* call = nullptr;
  const void* object = nullptr;
  const void* caller = nullptr;
  std::uint64_t calls = 0;  // changes whenever the above do
  bool alive = false;
  bool starting = false;
  std::size_t observed = 0;
  char text[observed_max] = {};
};

// The calling thread's; null for a thread that is not one of the program's, or beyond threads_max.
Thread* this_thread();
void set_this_thread(Thread* thread);

// Takes a place for a thread that will be started now, null if there is none left; the thread calls enter.
Thread* new_thread();
void enter(Thread* thread);
void leave(Thread* thread);

// A thread made earlier is the next one of this run.
void join_run(Thread* thread);

// A run of a body begins: the calling thread is number 0, nothing was observed.
void begin_run();
// What all threads of the run observed, separated by blanks.
void outcome_of_run(char* text, std::size_t room);

// Calls visit(thread, context) for each thread that is alive.
void for_each_thread(void (*visit)(const Thread& thread, void* context), void* context);

}  // namespace heddle::stress
