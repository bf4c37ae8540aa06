// One thread makes a node and publishes it; another looks at the state of the node it finds.
// Bug: the node is published before its state is set: the reader may load an atomic that holds garbage.
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
  atomic_store_explicit(&published, node, memory_order_release);
  atomic_store_explicit(&node->state, 1, memory_order_relaxed);
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
