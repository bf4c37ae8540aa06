// Two threads need a table that whoever comes first fills in.
// Bug: a plain flag is no pthread_once: both may fill the table, or use it half filled: a data race.
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static int squares[3];
static int initialised;

static void initialise(void) {
  for (int i = 0; i < 3; ++i) squares[i] = i * i;
}

static void* use(void* unused) {
  (void)unused;
  if (!initialised) {
    initialise();
    initialised = 1;
  }
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
