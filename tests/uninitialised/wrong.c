// Reads of memory that nobody has written; the argument says which.
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct node {
  int value;
  int ready;
  struct node* next;
};

static _Atomic(struct node*) shared;
static _Atomic(int*) shared_int;
static atomic_int done;
static atomic_int go;
static volatile int seen;
static volatile int stays;

static void* publish_on_heap(void* unused) {
  struct node* node = malloc(sizeof *node);
  node->value = 1;
  atomic_store(&shared, node);
  return unused;
}
static void* look_at_ready(void* unused) {
  struct node* node = atomic_load(&shared);
  if (node != NULL && node->ready) seen = node->value;
  return unused;
}
static void* walk(void* unused) {
  for (struct node* node = atomic_load(&shared); node != NULL; node = node->next) seen = node->value;
  return unused;
}

static void* publish_on_stack(void* unused) {
  int values[4];
  values[0] = 1;
  atomic_store(&shared_int, values);
  while (!atomic_load(&done)) {
  }
  return unused;
}
static int* wait_for_values(void) {
  int* values = NULL;
  while ((values = atomic_load(&shared_int)) == NULL) {
  }
  return values;
}
static void* look_at_values(void* unused) {
  if (wait_for_values()[2] > 5) seen = 1;
  atomic_store(&done, 1);
  return unused;
}
// Its value is of no consequence: a read, but no use.
static void* look_in_vain(void* unused) {
  stays = wait_for_values()[2];
  atomic_store(&done, 1);
  return unused;
}

// Written in the executions that are tried first: their values must not be there in the others.
static void* publish_perhaps_written(void* unused) {
  int values[4];
  if (atomic_load(&go)) values[2] = 1;
  atomic_store(&shared_int, values);
  while (!atomic_load(&done)) {
  }
  return unused;
}
static void* let_go(void* unused) {
  atomic_store(&go, 1);
  return unused;
}

static void* use_own_block(void* unused) {
  long* values = malloc(10 * sizeof *values);
  values[3] = 1;
  atomic_store(&shared_int, (int*)values);
  if (values[4] > 3) seen = 1;
  return unused;
}
static void* use_grown_block(void* unused) {
  long* values = malloc(2 * sizeof *values);
  values[0] = values[1] = 1;
  values = realloc(values, 10 * sizeof *values);
  atomic_store(&shared_int, (int*)values);
  if (values[4] > 3) seen = 1;
  return unused;
}
static void* nothing(void* unused) { return unused; }

static void run(void* (*first)(void*), void* (*second)(void*), void* (*third)(void*)) {
  pthread_t threads[3];
  pthread_create(&threads[0], NULL, first, NULL);
  pthread_create(&threads[1], NULL, second, NULL);
  pthread_create(&threads[2], NULL, third, NULL);
  for (int i = 0; i < 3; ++i) pthread_join(threads[i], NULL);
}

int main(int argc, char** argv) {
  const char* mode = argc > 1 ? argv[1] : "";
  if (strcmp(mode, "heap") == 0) run(publish_on_heap, look_at_ready, nothing);
  if (strcmp(mode, "pointer") == 0) run(publish_on_heap, walk, nothing);
  if (strcmp(mode, "stack") == 0) run(publish_on_stack, look_at_values, nothing);
  if (strcmp(mode, "in_vain") == 0) run(publish_on_stack, look_in_vain, nothing);
  if (strcmp(mode, "stale") == 0) run(let_go, publish_perhaps_written, look_at_values);
  if (strcmp(mode, "own_block") == 0) run(use_own_block, nothing, nothing);
  if (strcmp(mode, "grown_block") == 0) run(use_grown_block, nothing, nothing);
  return 0;
}
