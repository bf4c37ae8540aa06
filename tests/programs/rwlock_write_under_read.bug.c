// Two threads read a table under a reader-writer lock and count their look-ups.
// Bug: the count is written under the read lock, which both threads may hold at once: a data race.
#define _POSIX_C_SOURCE 200809L
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int table[2] = {10, 20};
static int lookups;

static void* look_up(void* argument) {
  const int* key = argument;
  pthread_rwlock_rdlock(&lock);
  ++lookups;
  assert(table[*key] == 10 * (*key + 1));
  pthread_rwlock_unlock(&lock);
  return NULL;
}

int main(void) {
  static int keys[2] = {0, 1};
  pthread_t first, second;
  pthread_create(&first, NULL, look_up, &keys[0]);
  pthread_create(&second, NULL, look_up, &keys[1]);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  assert(lookups == 2);
  return 0;
}
