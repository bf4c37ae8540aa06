// pthread_mutex_t, and mtx_t, which is the same in memory. For condition variables and C11 threads.
#pragma once

#include <pthread.h>

#include "checker/frontend/call.hpp"
#include "checker/frontend/deadline.hpp"

namespace heddle::frontend::mutex {

// As the pthread functions, errors included; `site.object` is the mutex. Only when controlled().
int lock(const CallSite& site);
int try_lock(const CallSite& site);
int timed_lock(const Deadline& deadline, const CallSite& site);
int unlock(const CallSite& site);
void create(const CallSite& site);
int destroy(const CallSite& site);

// The calling thread ends: robust mutexes it holds are handed on as inconsistent.
void abandon_robust(runtime::Thread& thread);

}  // namespace heddle::frontend::mutex
