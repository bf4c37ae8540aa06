// Two threads move an item between two locked shelves, in opposite directions.
// Both threads lock the left shelf first, whichever way they move the item.
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t left = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t right = PTHREAD_MUTEX_INITIALIZER;
static int on_left = 3, on_right = 3;

static void* move_right(void* unused) {
  (void)unused;
  pthread_mutex_lock(&left);
  pthread_mutex_lock(&right);
  --on_left;
  ++on_right;
  pthread_mutex_unlock(&right);
  pthread_mutex_unlock(&left);
  return NULL;
}

static void* move_left(void* unused) {
  (void)unused;
  pthread_mutex_lock(&left);
  pthread_mutex_lock(&right);
  --on_right;
  ++on_left;
  pthread_mutex_unlock(&right);
  pthread_mutex_unlock(&left);
  return NULL;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, NULL, move_right, NULL);
  pthread_create(&second, NULL, move_left, NULL);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  assert(on_left == 3 && on_right == 3);
  return 0;
}
