// Reading the configuration logs, and the log level is part of the configuration.
// The log level has a pthread_once of its own.
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static pthread_once_t configured = PTHREAD_ONCE_INIT;
static pthread_once_t levelled = PTHREAD_ONCE_INIT;
static int size, level;

static void read_level(void) { level = 1; }

static int log_level(void) {
  pthread_once(&levelled, read_level);
  return level;
}

static void read_configuration(void) {
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
