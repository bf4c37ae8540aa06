// Atomic objects that are only stored to by operations, and looked at in a way that shows in no operation:
// which store came last matters all the same. `unseen passed`: as part of an object passed by value, which
// compilers leave without a hook unless checker/instrument puts one there; `unseen written`: by the kernel.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

struct Status {
  atomic_int code;
  int reason;
};

static struct Status status;

static void* fail(void* unused) {
  (void)unused;
  atomic_store_explicit(&status.code, 1, memory_order_relaxed);
  return NULL;
}

static void* succeed(void* unused) {
  (void)unused;
  atomic_store_explicit(&status.code, 2, memory_order_relaxed);
  return NULL;
}

static __attribute__((noinline)) int code_of(struct Status copy) { return atomic_load(&copy.code); }

static int through_a_pipe(void) {
  int ends[2];
  int code = 0;
  if (pipe(ends) != 0) return 0;
  if (write(ends[1], &status.code, sizeof code) != sizeof code) code = 0;
  if (read(ends[0], &code, sizeof code) != sizeof code) code = 0;
  close(ends[0]);
  close(ends[1]);
  return code;
}

int main(int count, char** words) {
  pthread_t threads[2];
  pthread_create(&threads[0], NULL, fail, NULL);
  pthread_create(&threads[1], NULL, succeed, NULL);
  pthread_join(threads[0], NULL);
  pthread_join(threads[1], NULL);
  const int passed = count > 1 && strcmp(words[1], "passed") == 0;
  assert((passed ? code_of(status) : through_a_pipe()) != 1);
  return 0;
}
