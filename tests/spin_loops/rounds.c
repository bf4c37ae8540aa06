// Rounds of spin loops that the exhaustive search takes back, beside what else looks at memory: the detection
// of races and the lifetime of what was spun on. The argument says which.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static atomic_int*
    flags;  // on the heap: three. Threads that touch no plain memory have the address in a register
static atomic_int done, number;
static int data, sum;

static __attribute__((noinline)) void wait_on(atomic_int* on) {
  while (atomic_load_explicit(on, memory_order_acquire) == 0) {
  }
}

static void* wait_for_one(void* argument) {
  atomic_int* const on = argument;
  wait_on(&on[0]);
  atomic_store_explicit(&done, 1, memory_order_release);
  return NULL;
}

static void* wait_for_three(void* argument) {
  atomic_int* const on = argument;
  while (atomic_load(&on[0]) == 0 || atomic_load(&on[1]) == 1 || atomic_load(&on[2]) == 1) {
  }
  atomic_store_explicit(&done, 1, memory_order_release);
  return NULL;
}

// Each round puts on the stack what a hook leaves in rax, as compilers do that align it by pushing rax: that
// is the same in all rounds.
static void* wait_and_push(void* argument) {
  atomic_int* const on = argument;
  void* volatile pushed[2];
  void* volatile* const slots = pushed;
  __asm__ volatile("" : : "r"(slots) : "memory");
  do {
    slots[0] = argument;
    __asm__ volatile("movq %%rax, %0" : "=m"(pushed[1]));
    assert(pushed[1] == NULL);
  } while (atomic_load(&on[0]) == 0 || atomic_load(&on[1]) == 0);
  return NULL;
}

static void* wait_and_number(void* argument) {
  atomic_int* const on = argument;
  while (atomic_load(&on[0]) < 2) {
  }
  atomic_fetch_add(&number, 1);
  return NULL;
}

// Looks before it tries; after the first failure there is a 1 in `seen`, until it tries again.
static void* take_and_count(void* unused) {
  int seen;
  do {
    while (atomic_load_explicit(&number, memory_order_relaxed) != 0) {
    }
    seen = 0;
  } while (!atomic_compare_exchange_strong_explicit(&number, &seen, 1, memory_order_acquire,
                                                    memory_order_acquire));
  ++data;
  atomic_store_explicit(&number, 0, memory_order_release);
  return unused;
}

static void* wait_and_store(void* argument) {
  atomic_int* const on = argument;
  wait_on(&on[1]);
  *(int*)on = 7;
  return NULL;
}

static _Atomic(atomic_int*) published;
static void* wait_for_own(void* unused) {
  atomic_int own = 0;
  atomic_store(&published, &own);
  wait_on(&own);
  return unused;
}

static void* wait_and_read(void* unused) {
  do {
    sum += *(volatile int*)&data;
  } while (atomic_load(&flags[0]) == 0);
  return unused;
}

static void* wait_and_read_after(void* unused) {
  while (atomic_load(&flags[0]) == 0) sum = *(volatile int*)&data;
  return unused;
}

static void start(pthread_t* thread, void* (*body)(void*)) { pthread_create(thread, NULL, body, flags); }

static void free_when_done(pthread_t thread) {
  while (atomic_load_explicit(&done, memory_order_acquire) == 0) {
  }
  free(flags);
  pthread_join(thread, NULL);
}

int main(int argc, char** argv) {
  const char* how = argc > 1 ? argv[1] : "";
  pthread_t a, b;
  flags = calloc(3, sizeof *flags);
  if (strcmp(how, "freed") == 0) {  // after the spinning thread said it had seen it
    start(&a, wait_for_one);
    atomic_store_explicit(&flags[0], 1, memory_order_release);
    free_when_done(a);
  } else if (strcmp(how, "freed_three") == 0) {
    atomic_init(&flags[1], 1);
    start(&a, wait_for_three);
    atomic_store(&flags[1], 0);
    atomic_store(&flags[0], 1);
    free_when_done(a);
  } else if (strcmp(how, "numbers") == 0) {
    start(&a, wait_and_number);
    start(&b, wait_and_number);
    atomic_store(&flags[0], 1);
    atomic_store(&flags[0], 2);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
  } else if (strcmp(how, "lock") == 0) {  // 3! orders, and who is nth saw the lock free in n ways
    pthread_t c;
    start(&a, take_and_count);
    start(&b, take_and_count);
    start(&c, take_and_count);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    pthread_join(c, NULL);
    assert(data == 3);
  } else if (strcmp(how, "own_flag") == 0) {  // one execution: what is spun on is on the thread's own stack
    start(&a, wait_for_own);
    while (atomic_load(&published) == NULL) {
    }
    atomic_store(atomic_load(&published), 1);
    pthread_join(a, NULL);
  } else if (strcmp(how, "pushed") == 0) {
    start(&a, wait_and_push);
    atomic_store(&flags[0], 1);
    atomic_store(&flags[1], 1);
    pthread_join(a, NULL);
  } else if (strcmp(how, "joined") == 0) {
    start(&a, wait_for_one);
    atomic_store(&flags[0], 1);
    pthread_join(a, NULL);
    *(int*)flags = 7;
  } else if (strcmp(how, "plain_store") == 0) {  // races with the round
    start(&a, wait_for_one);
    *(int*)flags = 7;
    atomic_store(&flags[0], 1);
    pthread_join(a, NULL);
  } else if (strcmp(how, "late_plain_store") == 0) {  // races with a round that was taken back
    start(&a, wait_for_one);
    start(&b, wait_and_store);
    atomic_store(&flags[1], 1);
    pthread_join(b, NULL);
    pthread_join(a, NULL);
  } else if (strcmp(how, "freed_early") == 0) {
    start(&a, wait_for_one);
    atomic_store(&flags[0], 1);
    free(flags);
    pthread_join(a, NULL);
  } else if (strcmp(how, "read_before") == 0 || strcmp(how, "read_after") == 0) {  // races in every round
    start(&a, how[5] == 'b' ? wait_and_read : wait_and_read_after);
    data = 1;
    atomic_store(&flags[0], 1);
    pthread_join(a, NULL);
  } else {
    return 2;
  }
  return 0;
}
