// The life of simulated threads within one execution. The calls frontends make are in runtime.hpp.
#pragma once

#include "checker/runtime/thread.hpp"

namespace heddle::runtime {

struct ThreadDestructor {
  void (*run)(void*);
  void* object;
  ThreadDestructor* next;
};

// The thread's stack as it was in the first execution, as far as the program can tell or fingerprints look.
// It must not be running.
void reset_stack(Thread& thread);

// Thread 0 as every execution finds it, its thread-local storage included.
Thread& start_main_thread();

// Registers a thread_local object's destructor for the calling thread (or, before the first execution, for
// thread 0 of every execution).
void add_thread_destructor(Thread& thread, void (*run)(void*), void* object);
// Runs and forgets the thread's registered destructors, newest first. User code: the caller is controlled().
void run_thread_destructors(Thread& thread);

// Everything registered until now belongs to every execution.
void snapshot_threads();
// Forgets the execution's threads.
void reset_threads();

}  // namespace heddle::runtime
