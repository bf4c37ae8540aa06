// pthread_cond_t, and cnd_t, which is the same in memory. For C11 threads.
#pragma once

#include <pthread.h>

#include "checker/frontend/call.hpp"
#include "checker/frontend/deadline.hpp"

namespace heddle::frontend::condition {

// As the pthread functions; `site.object` is the condition variable. `deadline` null: for ever. Only when
// controlled().
int wait(pthread_mutex_t* mutex, const Deadline* deadline, const CallSite& site);
int signal(const CallSite& site);
int broadcast(const CallSite& site);
void create(const CallSite& site);
int destroy(const CallSite& site);

}  // namespace heddle::frontend::condition
