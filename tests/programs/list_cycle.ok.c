// Two threads put the same node into a list, unless it is in already; main then counts the nodes.
// The exchange lets exactly one thread put the node in.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

struct node {
  struct node* next;
};
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct node first_node, *head = &first_node;
static struct node second_node;
static atomic_int listed;

static void* insert(void* unused) {
  (void)unused;
  if (atomic_exchange(&listed, 1)) return NULL;
  pthread_mutex_lock(&mutex);
  second_node.next = head;
  head = &second_node;
  pthread_mutex_unlock(&mutex);
  return NULL;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, NULL, insert, NULL);
  pthread_create(&second, NULL, insert, NULL);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  unsigned count = 0;
  for (const struct node* node = head; node != NULL; node = node->next) ++count;
  assert(count == 2);
  return 0;
}
