// A thread takes a lock twice. Whether another has come to the lock before is in no operation that was done,
// but decides whether somebody could still move then: a replay must tell the same deadlock as the search. The
// attempt to lock keeps waiting locks in the graph (docs/exploration.md).
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t twice = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t other = PTHREAD_MUTEX_INITIALIZER;

static void* once(void* unused) {
  pthread_mutex_lock(&twice);
  pthread_mutex_unlock(&twice);
  return unused;
}

static void* again(void* unused) {
  pthread_mutex_lock(&twice);
  pthread_mutex_lock(&other);
  pthread_mutex_unlock(&other);
  pthread_mutex_lock(&twice);
  return unused;
}

int main(void) {
  pthread_t first;
  pthread_t second;
  if (pthread_mutex_trylock(&other) == 0) pthread_mutex_unlock(&other);
  pthread_create(&first, NULL, once, NULL);
  pthread_create(&second, NULL, again, NULL);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  return 0;
}
