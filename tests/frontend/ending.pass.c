// How threads end: return, pthread_exit, cancellation at each cancellation point; what runs then.
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

static pthread_key_t key;
static int destroyed, cleaned;
static sem_t semaphore;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

// Sets the key's value again as often as it says.
static void destroy(void* value) {
  ++destroyed;
  int* again = value;
  if (*again > 0) {
    --*again;
    pthread_setspecific(key, value);
  }
}

static void* with_value(void* again) {
  assert(pthread_getspecific(key) == NULL);
  pthread_setspecific(key, again);
  assert(pthread_getspecific(key) == again);
  return again;
}

static void add(void* amount) { cleaned += *(int*)amount; }
static void unlock(void* held) {
  cleaned += 1000;
  pthread_mutex_unlock(held);
}

static void* exits(void* unused) {
  int one = 1, ten = 10;
  pthread_cleanup_push(add, &one);
  pthread_cleanup_push(add, &ten);
  pthread_exit(&cleaned);
  pthread_cleanup_pop(0);
  pthread_cleanup_pop(0);
  return unused;
}

static void* waits_for_semaphore(void* unused) {
  int hundred = 100;
  pthread_cleanup_push(add, &hundred);
  sem_wait(&semaphore);
  pthread_cleanup_pop(0);
  return unused;
}

static void* waits_for_condition(void* unused) {
  pthread_mutex_lock(&mutex);
  pthread_cleanup_push(unlock, &mutex);
  for (;;) pthread_cond_wait(&condition, &mutex);
  pthread_cleanup_pop(1);
  return unused;
}

static void* joins(void* thread) {
  pthread_join(*(pthread_t*)thread, NULL);
  return NULL;
}

static void* is_not_cancellable(void* unused) {
  (void)unused;
  int old;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
  assert(old == PTHREAD_CANCEL_ENABLE);
  pthread_testcancel();
  sleep(1);
  return &cleaned;
}

static void* cancelled(void* (*entry)(void*), void* argument) {
  pthread_t thread;
  void* result;
  pthread_create(&thread, NULL, entry, argument);
  pthread_cancel(thread);
  pthread_join(thread, &result);
  return result;
}

int main(void) {
  pthread_t thread;
  void* result;
  int again = 2;
  pthread_key_create(&key, destroy);
  pthread_create(&thread, NULL, with_value, &again);
  pthread_join(thread, &result);
  assert(result == &again && again == 0 && destroyed == 3);
  assert(pthread_key_delete(key) == 0);
  pthread_create(&thread, NULL, exits, NULL);
  pthread_join(thread, &result);
  assert(result == &cleaned && cleaned == 11);

  cleaned = 0;
  sem_init(&semaphore, 0, 0);
  assert(cancelled(waits_for_semaphore, NULL) == PTHREAD_CANCELED && cleaned == 100);
  assert(cancelled(waits_for_condition, NULL) == PTHREAD_CANCELED && cleaned == 1100);
  assert(pthread_mutex_lock(&mutex) == 0);
  pthread_mutex_unlock(&mutex);
  pthread_create(&thread, NULL, waits_for_semaphore, NULL);
  assert(cancelled(joins, &thread) == PTHREAD_CANCELED);
  sem_post(&semaphore);
  assert(pthread_join(thread, &result) == 0 && result == NULL);
  result = cancelled(is_not_cancellable, NULL);
  assert(result == &cleaned);
  return 0;
}
