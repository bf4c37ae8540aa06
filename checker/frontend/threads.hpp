// pthread_create and what is done to a thread from outside. For C11 threads.
#pragma once

#include <pthread.h>

#include "checker/frontend/call.hpp"
#include "checker/frontend/deadline.hpp"

namespace heddle::frontend::threads {

// As the pthread functions, errors included; `site.object` is the thread's handle (of create: 0). Only when
// controlled().
int create(pthread_t* thread, const pthread_attr_t* attributes, void* (*entry)(void*), void* argument,
           const CallSite& site);
int join(void** result, const CallSite& site);
int detach(const CallSite& site);

}  // namespace heddle::frontend::threads
