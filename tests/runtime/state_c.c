// The same in C, without the C++ runtime library. Arguments: pos -a -b val.
#include <assert.h>
#include <getopt.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static char big[4 << 20];
static int counter;
static _Thread_local int per_thread = 4;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void at_exit(void) { assert(counter == 2); }

static void* work(void* unused) {
  assert(per_thread == 4);
  ++per_thread;
  pthread_mutex_lock(&mutex);
  ++counter;
  big[counter * 100000] = 1;
  pthread_mutex_unlock(&mutex);
  return unused;
}

static void read_options(int argc, char** argv) {
  int seen = 0;
  for (int c; (c = getopt(argc, argv, "ab:")) != -1;) {
    if (c == 'a') seen |= 1;
    if (c != 'b') continue;
    seen |= 2;
    assert(strcmp(optarg, "val") == 0);
    optarg[0] = 'x';
  }
  assert(seen == 3 && optind == argc - 1 && strcmp(argv[optind], "pos") == 0);
}

int main(int argc, char** argv) {
  static int kept[100000];
  assert(counter == 0 && per_thread == 4);
  per_thread = 9;
  for (int i = 0; i < 10; ++i) assert(big[i * 100000] == 0);
  for (int i = 0; i < 100000; i += 20000) {
    assert(kept[i] == 0);
    kept[i] = 1;
  }
  read_options(argc, argv);
  atexit(at_exit);
  pthread_t threads[2];
  for (int i = 0; i < 2; ++i) pthread_create(&threads[i], NULL, work, NULL);
  for (int i = 0; i < 2; ++i) pthread_join(threads[i], NULL);
  return 0;
}
