// Runs `thread(0)` to `thread(threads - 1)`, all at once. What the programs are written with besides
// <stdatomic.h>, in a header of its own, so that a checker with threads of its own kind can bring another
// one.
#ifndef RUN_H
#define RUN_H
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#define LOCK_TYPE pthread_mutex_t
#define LOCK_INIT(lock) pthread_mutex_init(&(lock), NULL)
#define LOCK(lock) pthread_mutex_lock(&(lock))
#define UNLOCK(lock) pthread_mutex_unlock(&(lock))

void set_up(void);
void thread(int me);
void* start(void* me) {
  thread((int)(intptr_t)me);
  return NULL;
}

#define RUN(threads)                                                                              \
  int main(void) {                                                                                \
    pthread_t ids[threads];                                                                       \
    set_up();                                                                                     \
    for (int i = 0; i < (threads); ++i) pthread_create(&ids[i], NULL, start, (void*)(intptr_t)i); \
    for (int i = 0; i < (threads); ++i) pthread_join(ids[i], NULL);                               \
    return 0;                                                                                     \
  }
#endif
