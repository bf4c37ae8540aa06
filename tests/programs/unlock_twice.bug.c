// Two threads update a total; the update leaves early when the total is high enough.
// Bug: the early exit unlocks, and the common end unlocks again, perhaps what the other thread has locked.
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int total;

static void* update(void* unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  if (total >= 1) {
    pthread_mutex_unlock(&mutex);
    goto end;
  }
  ++total;
end:
  pthread_mutex_unlock(&mutex);
  return NULL;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, NULL, update, NULL);
  pthread_create(&second, NULL, update, NULL);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  assert(total == 1);
  return 0;
}
