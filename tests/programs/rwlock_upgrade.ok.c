// A cache is read under a read lock and filled on a miss.
// The reader gives up the read lock first, and looks again under the write lock.
#define _POSIX_C_SOURCE 200809L
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int cached;

static void* look_up(void* unused) {
  (void)unused;
  pthread_rwlock_rdlock(&lock);
  if (cached == 0) {
    pthread_rwlock_unlock(&lock);
    pthread_rwlock_wrlock(&lock);
    if (cached == 0) cached = 5;
  }
  assert(cached == 5);
  pthread_rwlock_unlock(&lock);
  return NULL;
}

static void* prefetch(void* unused) {
  (void)unused;
  pthread_rwlock_wrlock(&lock);
  cached = 5;
  pthread_rwlock_unlock(&lock);
  return NULL;
}

int main(void) {
  pthread_t reader, writer;
  pthread_create(&writer, NULL, prefetch, NULL);
  pthread_create(&reader, NULL, look_up, NULL);
  pthread_join(writer, NULL);
  pthread_join(reader, NULL);
  return 0;
}
