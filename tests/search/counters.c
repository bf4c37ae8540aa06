// Three threads count in a word. The first argument says what else there is that could tell in which order: a
// thread that reads in between, or resets the word, or uses what it got; an order that acquires, a fence, a
// loop that waits. `joined`: the sum is read when all is over; `phases`: that twice; `never`: not at all.
#include <heddle/check.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char* how;
static int word;
static char bits;
static int go;
static int data;

static int is(const char* name) { return strcmp(how, name) == 0; }

static void observe(const char* what, int value) {
  char text[32];
  snprintf(text, sizeof text, "%s=%d", what, value);
  heddle_observe(text);
}

static void* count(void* by) {
  const int number = (int)(intptr_t)by;
  if (is("used")) {
    if (__atomic_fetch_add(&word, number, __ATOMIC_RELAXED) == 0) observe("first", number);
  } else if (is("used_bits")) {
    if (__atomic_fetch_or(&bits, (char)(1 << number), __ATOMIC_RELAXED) == 0) observe("first", number);
  } else if (is("acquiring")) {
    __atomic_store_n(&data, number, __ATOMIC_RELAXED);
    __atomic_fetch_add(&word, number, __ATOMIC_ACQ_REL);
    observe("data", __atomic_load_n(&data, __ATOMIC_RELAXED));
  } else if (is("fence")) {
    __atomic_store_n(&data, number, __ATOMIC_RELAXED);
    __atomic_fetch_add(&word, number, __ATOMIC_RELEASE);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    observe("data", __atomic_load_n(&data, __ATOMIC_RELAXED));
  } else if (is("bits")) {
    __atomic_fetch_or(&bits, (char)(1 << number), __ATOMIC_RELAXED);
    __atomic_fetch_xor(&word, number, __ATOMIC_RELEASE);
  } else if (is("waits")) {
    __atomic_fetch_or(&bits, 1, __ATOMIC_RELAXED);
  } else if (number == 2) {
    __atomic_fetch_sub(&word, number, __ATOMIC_RELAXED);
  } else {
    __atomic_fetch_add(&word, number, __ATOMIC_RELAXED);
  }
  return NULL;
}

static void* late(void* unused) {
  if (__atomic_load_n(&go, __ATOMIC_RELAXED) == 0) return unused;  // as in the first execution
  if (is("between")) observe("sum", __atomic_load_n(&word, __ATOMIC_RELAXED));
  if (is("reset")) __atomic_store_n(&word, 0, __ATOMIC_RELAXED);
  if (is("plain")) observe("sum", *(volatile int*)&word);
  if (is("other")) __atomic_fetch_or(&word, 8, __ATOMIC_RELAXED);
  if (is("waits")) {
    // Sets a bit that is set until it is told to stop.
    while (__atomic_load_n(&go, __ATOMIC_RELAXED) != 2) __atomic_fetch_or(&bits, 1, __ATOMIC_RELAXED);
  }
  return unused;
}

static void* let_go(void* unused) {
  __atomic_store_n(&go, 1, __ATOMIC_RELAXED);
  if (is("waits")) {
    __atomic_fetch_or(&bits, 1, __ATOMIC_RELAXED);
    __atomic_store_n(&go, 2, __ATOMIC_RELAXED);
  }
  return unused;
}

static void run(int threads) {
  pthread_t ids[5];
  for (intptr_t i = 0; i < threads; ++i) pthread_create(&ids[i], NULL, count, (void*)(i + 1));
  pthread_create(&ids[3], NULL, late, NULL);
  pthread_create(&ids[4], NULL, let_go, NULL);
  for (int i = 0; i < threads; ++i) pthread_join(ids[i], NULL);
  for (int i = 3; i < 5; ++i) pthread_join(ids[i], NULL);
}

int main(int argc, char** argv) {
  how = argc > 1 ? argv[1] : "joined";
  run(is("waits") ? 2 : 3);
  if (is("never")) return 0;
  observe("sum", __atomic_load_n(&word, __ATOMIC_ACQUIRE));
  observe("plain", word);
  observe("bits", __atomic_load_n(&bits, __ATOMIC_SEQ_CST));
  if (is("phases")) {
    __atomic_store_n(&word, 100, __ATOMIC_RELAXED);
    run(2);
    observe("sum", __atomic_fetch_add(&word, 1, __ATOMIC_RELAXED));
  }
  return 0;
}
