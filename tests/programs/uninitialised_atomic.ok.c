// One thread makes a node and publishes it; another looks at the state of the node it finds.
// The node is complete before the release store that publishes it.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

struct node {
  atomic_int state;
};
static struct node* _Atomic published;

static void* publish(void* unused) {
  (void)unused;
  struct node* node = malloc(sizeof *node);
  assert(node != NULL);
  atomic_init(&node->state, 1);
  atomic_store_explicit(&published, node, memory_order_release);
  return NULL;
}

static void* look(void* unused) {
  (void)unused;
  struct node* node = atomic_load_explicit(&published, memory_order_acquire);
  if (node != NULL) assert(atomic_load_explicit(&node->state, memory_order_relaxed) == 1);
  return NULL;
}

int main(void) {
  pthread_t writer, reader;
  pthread_create(&writer, NULL, publish, NULL);
  pthread_create(&reader, NULL, look, NULL);
  pthread_join(writer, NULL);
  pthread_join(reader, NULL);
  free(published);
  return 0;
}
