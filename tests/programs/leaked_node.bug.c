// Two threads create a shared node lazily; the first to install one wins.
// Bug: the loser drops the node that it allocated: nobody can free it any more.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

struct node {
  int value;
};
static struct node* _Atomic shared;

static void* use(void* unused) {
  (void)unused;
  if (atomic_load(&shared) == NULL) {
    struct node* mine = malloc(sizeof *mine);
    assert(mine != NULL);
    mine->value = 3;
    struct node* expected = NULL;
    atomic_compare_exchange_strong(&shared, &expected, mine);
  }
  assert(atomic_load(&shared)->value == 3);
  return NULL;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, NULL, use, NULL);
  pthread_create(&second, NULL, use, NULL);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  free(shared);
  return 0;
}
