// Reading the configuration logs, and the log level is part of the configuration.
// Bug: the function run by pthread_once comes back to the same pthread_once, which waits for it to end.
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static pthread_once_t configured = PTHREAD_ONCE_INIT;
static int size, level;

static void read_configuration(void);

static int log_level(void) {
  pthread_once(&configured, read_configuration);
  return level;
}

static void read_configuration(void) {
  level = 1;
  if (log_level() == 1) size = 16;
}

static void* use(void* unused) {
  (void)unused;
  pthread_once(&configured, read_configuration);
  assert(size == 16);
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
