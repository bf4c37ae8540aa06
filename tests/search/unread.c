// Three threads store to a word. Whether it is read afterwards depends on a flag, which is not set in the
// first execution; how it is read is the first argument: `never` is one of the answers, and `leak` leaves it
// to those who look for what is still pointed at.
#include <heddle/check.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  _Alignas(16) int word[2];
} Pair;

static Pair pair;
static Pair* shared = &pair;
static void* pointer;
static int flag;
static int other;

static void* set_flag(void* unused) {
  __atomic_store_n(&flag, 1, __ATOMIC_RELAXED);
  return unused;
}

static void* store_number(void* number) {
  __atomic_store_n(&shared->word[0], (int)(intptr_t)number, __ATOMIC_SEQ_CST);
  if (__atomic_load_n(&other, __ATOMIC_SEQ_CST) == 0)
    __atomic_store_n(&other, (int)(intptr_t)number, __ATOMIC_SEQ_CST);
  return NULL;
}

static void* store_pointer(void* number) {
  __atomic_store_n(&pointer, number == NULL ? malloc(8) : NULL, __ATOMIC_RELAXED);
  return NULL;
}

// `expect`. Fails only where the last thread's store comes before the one of the thread before, in whose wake
// it was added: what is found does not show when the stores are repeated as they were added.
static void* store_first(void* unused) {
  __atomic_store_n(&pair.word[0], 1, __ATOMIC_SEQ_CST);
  return unused;
}
static void* store_flag_first(void* unused) {
  __atomic_store_n(&other, 1, __ATOMIC_SEQ_CST);
  __atomic_store_n(&pair.word[0], 2, __ATOMIC_SEQ_CST);
  return unused;
}
static void* store_and_expect_flag(void* unused) {
  __atomic_store_n(&pair.word[0], 3, __ATOMIC_SEQ_CST);
  heddle_expect(__atomic_load_n(&other, __ATOMIC_SEQ_CST) == 1);
  return unused;
}
static int expect_flag(void) {
  void* (*const all[])(void*) = {store_first, store_flag_first, store_and_expect_flag};
  pthread_t threads[3];
  for (int i = 0; i < 3; ++i) pthread_create(&threads[i], NULL, all[i], NULL);
  for (int i = 0; i < 3; ++i) pthread_join(threads[i], NULL);
  return 0;
}

static int look(const char* how) {
  int value = 0;
  if (strcmp(how, "load") == 0) return __atomic_load_n(&shared->word[0], __ATOMIC_RELAXED);
  if (strcmp(how, "exchange") == 0) return __atomic_exchange_n(&shared->word[0], 7, __ATOMIC_RELAXED);
  if (strcmp(how, "plain") == 0) return shared->word[0];
  if (strcmp(how, "part") == 0) return *(volatile char*)&shared->word[0];
  if (strcmp(how, "copy") == 0) memcpy(&value, &shared->word[0], sizeof value);
  if (strcmp(how, "wide") == 0) return (int)__atomic_load_n((int64_t*)&shared->word[0], __ATOMIC_RELAXED);
  if (strcmp(how, "narrow") == 0) return __atomic_load_n((char*)&shared->word[0] + 1, __ATOMIC_RELAXED);
  if (strcmp(how, "realloc") == 0) {
    shared = realloc(shared, sizeof(Pair) * 2);
    return __atomic_load_n(&shared->word[0], __ATOMIC_RELAXED);
  }
  if (strcmp(how, "overwrite") == 0) {  // the other bytes remain
    *((volatile char*)&shared->word[0] + 1) = 1;
    return __atomic_load_n(&shared->word[0], __ATOMIC_RELAXED);
  }
  return value;
}

int main(int argc, char** argv) {
  const char* const how = argc > 1 ? argv[1] : "never";
  if (strcmp(how, "expect") == 0) return expect_flag();
  const int leaks = strcmp(how, "leak") == 0;
  if (strcmp(how, "realloc") == 0) shared = calloc(1, sizeof(Pair));
  pthread_t threads[4];
  for (intptr_t i = 0; i < 3; ++i) {
    void* const number = (void*)(leaks ? i : 0x101 * (i + 1));
    pthread_create(&threads[i], NULL, leaks ? store_pointer : store_number, number);
  }
  pthread_create(&threads[3], NULL, set_flag, NULL);
  const int looks = __atomic_load_n(&flag, __ATOMIC_RELAXED);
  for (int i = 0; i < 4; ++i) pthread_join(threads[i], NULL);
  if (looks && !leaks) {
    char text[16];
    snprintf(text, sizeof text, "%d", look(how));
    heddle_observe(text);
  }
  if (shared != &pair) free(shared);
  return 0;
}
