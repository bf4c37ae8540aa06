// Three philosophers share three forks and eat once each.
// Only two may sit at the table at once, so one of them always finds both forks.
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>

enum { seats = 3 };
static pthread_mutex_t forks[seats] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
                                       PTHREAD_MUTEX_INITIALIZER};
static int places[seats] = {0, 1, 2};
static int meals[seats];
static sem_t table;

static void* dine(void* argument) {
  const int place = *(const int*)argument;
  sem_wait(&table);
  pthread_mutex_lock(&forks[place]);
  pthread_mutex_lock(&forks[(place + 1) % seats]);
  ++meals[place];
  pthread_mutex_unlock(&forks[(place + 1) % seats]);
  pthread_mutex_unlock(&forks[place]);
  sem_post(&table);
  return NULL;
}

int main(void) {
  pthread_t philosophers[seats];
  sem_init(&table, 0, seats - 1);
  for (int i = 0; i < seats; ++i) pthread_create(&philosophers[i], NULL, dine, &places[i]);
  for (int i = 0; i < seats; ++i) pthread_join(philosophers[i], NULL);
  for (int i = 0; i < seats; ++i) assert(meals[i] == 1);
  sem_destroy(&table);
  return 0;
}
