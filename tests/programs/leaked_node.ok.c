// Two threads create a shared node lazily; the first to install one wins.
// The loser frees its own node and uses the winner's.
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
    if (!atomic_compare_exchange_strong(&shared, &expected, mine)) free(mine);
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
