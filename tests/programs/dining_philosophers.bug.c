// Three philosophers share three forks and eat once each.
// Bug: each takes the left fork first; when all three hold one, none gets a second: a three-way deadlock.
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

enum { seats = 3 };
static pthread_mutex_t forks[seats] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
                                       PTHREAD_MUTEX_INITIALIZER};
static int places[seats] = {0, 1, 2};
static int meals[seats];

static void* dine(void* argument) {
  const int place = *(const int*)argument;
  pthread_mutex_lock(&forks[place]);
  pthread_mutex_lock(&forks[(place + 1) % seats]);
  ++meals[place];
  pthread_mutex_unlock(&forks[(place + 1) % seats]);
  pthread_mutex_unlock(&forks[place]);
  return NULL;
}

int main(void) {
  pthread_t philosophers[seats];
  for (int i = 0; i < seats; ++i) pthread_create(&philosophers[i], NULL, dine, &places[i]);
  for (int i = 0; i < seats; ++i) pthread_join(philosophers[i], NULL);
  for (int i = 0; i < seats; ++i) assert(meals[i] == 1);
  return 0;
}
