// Two threads need a table that whoever comes first fills in.
// pthread_once runs the function once, and everybody waits until it is done.
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static int squares[3];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void initialise(void) {
  for (int i = 0; i < 3; ++i) squares[i] = i * i;
}

static void* use(void* unused) {
  (void)unused;
  pthread_once(&once, initialise);
  assert(squares[2] == 4);
  return NULL;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, NULL, use, NULL);
  pthread_create(&second, NULL, use, NULL);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  return 0;
}
