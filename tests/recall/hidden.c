// Bugs in executions in which every thread does only what it has done before in others: whoever takes a
// thread for a function of what its atomic operations returned, without looking further, misses them. One
// mode each.
#include <assert.h>
#include <heddle/check.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define LOAD(x) atomic_load_explicit(&(x), memory_order_relaxed)
#define STORE(x, v) atomic_store_explicit(&(x), v, memory_order_relaxed)

static atomic_int x, y, flag, published;
static int data;
static int* block;
static atomic_int* number;

static void* store_x(void* unused) {
  (void)unused;
  STORE(x, 1);
  return NULL;
}

static void* store_y(void* unused) {
  (void)unused;
  STORE(y, 1);
  return NULL;
}

// Plain memory, properly published.
static void* publish(void* unused) {
  (void)unused;
  data = LOAD(x);
  atomic_store_explicit(&flag, 1, memory_order_release);
  return NULL;
}

static void* copy(void* unused) {
  (void)unused;
  if (atomic_load_explicit(&flag, memory_order_acquire) == 1) STORE(y, data + 2);
  return NULL;
}

static void check_y(void) { assert(LOAD(y) != 2); }

// The creator reads what threads wrote, or what they return.
static void* write_x(void* result) {
  *(int*)result = LOAD(x);
  return NULL;
}

static void* write_y(void* result) {
  *(int*)result = LOAD(y) == 1;
  return NULL;
}

static void* return_x(void* result) { return LOAD(x) == 1 ? result : NULL; }
static void* return_y(void* result) { return LOAD(y) == 1 ? result : NULL; }

// Plain accesses of which one or the other happens, and in one execution both.
static void* write_if_x(void* unused) {
  (void)unused;
  if (LOAD(x) == 1) data = 1;
  return NULL;
}

static void* write_if_y(void* unused) {
  (void)unused;
  if (LOAD(y) == 1) data = 2;
  return NULL;
}

static void* free_if_x(void* unused) {
  (void)unused;
  if (LOAD(x) == 1) free(block);
  return NULL;
}

static void* read_if_y(void* unused) {
  (void)unused;
  if (LOAD(y) == 1) data = *block;
  return NULL;
}

static void* add_if_y(void* unused) {
  (void)unused;
  if (LOAD(y) == 1) atomic_fetch_add_explicit((atomic_int*)block, 1, memory_order_relaxed);
  return NULL;
}

// What the creator wrote before it created the thread.
static void* store_argument(void* argument) {
  STORE(y, *(int*)argument + 1);
  return NULL;
}

// The same value, from a store or from nobody.
static void* store_zero(void* unused) {
  (void)unused;
  STORE(*number, 0);
  return NULL;
}

static void* load_number(void* unused) {
  (void)unused;
  STORE(y, LOAD(*number));
  return NULL;
}

// What was read once stays with the thread.
static void* copy_later(void* unused) {
  (void)unused;
  if (atomic_load_explicit(&flag, memory_order_acquire) == 0) return NULL;
  const int read = data;
  if (LOAD(published) == 1) STORE(y, read + 2);
  return NULL;
}

static void* store_published(void* unused) {
  (void)unused;
  STORE(published, 1);
  return NULL;
}

// What a signal does.
static void store_two(int number) {
  (void)number;
  STORE(y, 2);
}

static void* set_action(void* unused) {
  (void)unused;
  signal(SIGUSR1, LOAD(x) == 1 ? SIG_IGN : store_two);
  atomic_store_explicit(&flag, 1, memory_order_release);
  return NULL;
}

static void* send_signal(void* unused) {
  (void)unused;
  if (atomic_load_explicit(&flag, memory_order_acquire) == 1) raise(SIGUSR1);
  return NULL;
}

// Who has joined whom.
static pthread_t joined_twice;
static void* do_nothing(void* unused) { return unused; }
static void* join_if_x(void* unused) {
  (void)unused;
  if (LOAD(x) == 1) pthread_join(joined_twice, NULL);
  return NULL;
}

static void* free_if_y(void* unused) {
  (void)unused;
  if (LOAD(y) == 1) free(block);
  return NULL;
}

// Mutexes: threads that wait for each other while the main thread ends the process, a lock whose owner has
// ended, one that is destroyed.
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static void lock_both(pthread_mutex_t* first, pthread_mutex_t* second) {
  pthread_mutex_lock(first);
  pthread_mutex_lock(second);
  pthread_mutex_unlock(second);
  pthread_mutex_unlock(first);
}

static void* lock_ab_if_x(void* unused) {
  (void)unused;
  if (LOAD(x) == 1) lock_both(&a, &b);
  return NULL;
}

static void* lock_ba_if_y(void* unused) {
  (void)unused;
  if (LOAD(y) == 1) lock_both(&b, &a);
  return NULL;
}

static void* keep_a_if_x(void* unused) {
  (void)unused;
  if (LOAD(x) == 1) pthread_mutex_lock(&a);
  return NULL;
}

static void* lock_a_if_y(void* unused) {
  (void)unused;
  if (LOAD(y) != 1) return NULL;
  pthread_mutex_lock(&a);
  pthread_mutex_unlock(&a);
  return NULL;
}

static void* destroy_a_if_x(void* unused) {
  (void)unused;
  if (LOAD(x) == 1) pthread_mutex_destroy(&a);
  return NULL;
}

// Plain memory that several threads access, each in its own executions, and the main thread in the end.
static void* read_data_if_x(void* unused) {
  (void)unused;
  if (LOAD(x) == 1) STORE(published, data);
  return NULL;
}

static void* write_locked_if_x(void* unused) {
  (void)unused;
  if (LOAD(x) != 1) return NULL;
  pthread_mutex_lock(&a);
  data = 1;
  pthread_mutex_unlock(&a);
  return NULL;
}

static void* write_if_y_and_publish(void* unused) {
  STORE(published, 1);
  return write_if_y(unused);
}

static void* write_data(void* unused) {
  data = 1;
  return unused;
}

static void* clear_locked_unless_x(void* unused) {
  (void)unused;
  if (LOAD(x) == 1) return NULL;
  pthread_mutex_lock(&a);
  data = 0;
  pthread_mutex_unlock(&a);
  return NULL;
}

static void* read_data_unless_y(void* unused) {
  (void)unused;
  if (LOAD(y) != 1) STORE(published, data);
  return NULL;
}

static void* count_if_x(void* unused) {
  (void)unused;
  if (LOAD(x) != 1) return NULL;
  pthread_mutex_lock(&a);
  ++data;
  pthread_mutex_unlock(&a);
  return NULL;
}

static void* count_if_y(void* unused) {
  (void)unused;
  if (LOAD(y) != 1) return NULL;
  pthread_mutex_lock(&a);
  ++data;
  pthread_mutex_unlock(&a);
  return NULL;
}

// What one thread wrote under the lock is stored by another, later.
static void* copy_x_locked(void* unused) {
  (void)unused;
  const int read = LOAD(x);
  pthread_mutex_lock(&a);
  data = 1 - read;
  pthread_mutex_unlock(&a);
  return NULL;
}

static void* copy_x_tried(void* unused) {
  (void)unused;
  const int read = LOAD(x);
  if (pthread_mutex_trylock(&a) != 0) return NULL;
  data = 1 - read;
  pthread_mutex_unlock(&a);
  return NULL;
}

static void* store_data_unless_published(void* unused) {
  (void)unused;
  if (LOAD(published) == 1) return NULL;
  pthread_mutex_lock(&a);
  const int read = data;
  pthread_mutex_unlock(&a);
  STORE(y, read + 2);
  return NULL;
}

// The same bytes in one piece or in two.
static union {
  long long whole;
  int halves[2];
} word;

static void* copy_x_whole(void* unused) {
  (void)unused;
  const long long read = LOAD(x);
  pthread_mutex_lock(&a);
  word.whole = (1 - read) << 32;
  pthread_mutex_unlock(&a);
  return NULL;
}

static void* store_half_unless_published(void* unused) {
  (void)unused;
  if (LOAD(published) == 1) return NULL;
  pthread_mutex_lock(&a);
  const int read = word.halves[1];
  pthread_mutex_unlock(&a);
  STORE(y, read + 2);
  return NULL;
}

// An object passed and returned by value.
struct Number {
  int value;
};
static struct Number object;
__attribute__((noipa)) static struct Number number_of(int value) { return (struct Number){value}; }
__attribute__((noipa)) static int value_of(struct Number passed) { return passed.value; }

static void* publish_object(void* unused) {
  (void)unused;
  object = number_of(LOAD(x));
  atomic_store_explicit(&flag, 1, memory_order_release);
  return NULL;
}

static void* copy_object(void* unused) {
  (void)unused;
  if (atomic_load_explicit(&flag, memory_order_acquire) == 1) STORE(y, value_of(object) + 2);
  return NULL;
}

// Memory that is not seen at all.
__attribute__((no_sanitize("thread"), noinline)) static void hide(int value) { data = value; }
__attribute__((no_sanitize("thread"), noinline)) static int hidden(void) { return data; }

static void* hide_x(void* unused) {
  (void)unused;
  hide(LOAD(x));
  atomic_store_explicit(&flag, 1, memory_order_release);
  return NULL;
}

static void* copy_hidden(void* unused) {
  (void)unused;
  if (atomic_load_explicit(&flag, memory_order_acquire) == 1) STORE(y, hidden() + 2);
  return NULL;
}

static atomic_int noise;
static void* make_noise(void* unused) {
  (void)unused;
  STORE(noise, 1);
  STORE(noise, 2);
  return NULL;
}

static pthread_t threads[8];
static int created;
static void create(void* (*entry)(void*), void* argument) {
  pthread_create(&threads[created++], NULL, entry, argument);
}
// So that what the others do is known before both do it.
// Has ended in most executions before the others do what is explored.
static void* observe_x(void* unused) {
  (void)unused;
  heddle_observe(LOAD(x) == 1 ? "one" : "zero");
  return NULL;
}

static void* hear_noise(void* unused) {
  (void)unused;
  for (int i = 0; i < 2; ++i) LOAD(noise);
  return NULL;
}

static void* store_choice(void* unused) {
  (void)unused;
  const int often = heddle_nondet(2) * 5;
  for (int i = 0; i < often; ++i) STORE(y, i);
  return NULL;
}

static void* answer_noise(void* unused) {
  for (int i = 0; i < 2; ++i) LOAD(noise);
  STORE(published, 1);
  return unused;
}

static void create_noise(void) {
  for (int i = 0; i < 3; ++i) create(make_noise, NULL);
}
static void join_all(void) {
  for (int i = 0; i < created; ++i) pthread_join(threads[i], NULL);
}

int main(int count, char** words) {
  const char* const mode = count > 1 ? words[1] : "";
  STORE(y, 9);
  if (strcmp(mode, "published") == 0) {
    create(store_x, NULL);
    create(copy, NULL);
    create(publish, NULL);
    join_all();
    check_y();
  } else if (strcmp(mode, "object") == 0) {
    create(store_x, NULL);
    create(copy_object, NULL);
    create(publish_object, NULL);
    join_all();
    check_y();
  } else if (strcmp(mode, "result") == 0) {
    int results[2] = {1, 1};
    create(store_x, NULL);
    create(store_y, NULL);
    create(write_x, &results[0]);
    create(write_y, &results[1]);
    join_all();
    assert(results[0] + results[1] != 0);
  } else if (strcmp(mode, "returned") == 0) {
    int result = 0;
    void* returned[2] = {NULL, NULL};
    create(store_x, NULL);
    create(store_y, NULL);
    pthread_t returning[2];
    pthread_create(&returning[0], NULL, return_x, &result);
    pthread_create(&returning[1], NULL, return_y, &result);
    pthread_join(returning[0], &returned[0]);
    pthread_join(returning[1], &returned[1]);
    join_all();
    assert(returned[0] != NULL || returned[1] != NULL);
  } else if (strcmp(mode, "race") == 0) {
    create(write_if_x, NULL);
    create(write_if_y, NULL);
    create(store_x, NULL);
    create(store_y, NULL);
    join_all();
  } else if (strcmp(mode, "freed") == 0 || strcmp(mode, "freed_atomic") == 0) {
    block = calloc(1, sizeof *block);
    create(free_if_x, NULL);
    create(mode[5] == '\0' ? read_if_y : add_if_y, NULL);
    create(store_x, NULL);
    create(store_y, NULL);
    join_all();
  } else if (strcmp(mode, "argument") == 0) {
    int argument = 1 - heddle_nondet(2);
    create(store_argument, &argument);
    join_all();
    assert(LOAD(y) != 1);
  } else if (strcmp(mode, "uninitialised") == 0) {
    number = malloc(sizeof *number);
    create(store_zero, NULL);
    create(load_number, NULL);
    join_all();
  } else if (strcmp(mode, "freed_empty") == 0) {
    block = malloc(0);
    create(free_if_x, NULL);
    create(free_if_y, NULL);
    create(store_x, NULL);
    create(store_y, NULL);
    join_all();
  } else if (strcmp(mode, "later") == 0) {
    create(publish, NULL);
    create(copy_later, NULL);
    create(store_x, NULL);
    create(store_published, NULL);
    join_all();
    assert(LOAD(y) != 3);
  } else if (strcmp(mode, "signal") == 0) {
    signal(SIGUSR1, SIG_IGN);
    create(store_x, NULL);
    create(send_signal, NULL);
    create(set_action, NULL);
    join_all();
    check_y();
  } else if (strcmp(mode, "joined") == 0) {
    pthread_create(&joined_twice, NULL, do_nothing, NULL);
    create(join_if_x, NULL);
    create(store_x, NULL);
    create(store_y, NULL);
    pthread_join(threads[0], NULL);
    if (LOAD(y) == 1) pthread_join(joined_twice, NULL);
  } else if (strcmp(mode, "deadlock") == 0 || strcmp(mode, "stuck") == 0) {
    create(lock_ab_if_x, NULL);
    create(lock_ba_if_y, NULL);
    create(store_x, NULL);
    create(store_y, NULL);
    if (strcmp(mode, "deadlock") == 0) join_all();
  } else if (strcmp(mode, "abandoned") == 0) {
    create(keep_a_if_x, NULL);
    create(lock_a_if_y, NULL);
    create(store_x, NULL);
    create(store_y, NULL);
  } else if (strcmp(mode, "destroyed") == 0) {
    create(destroy_a_if_x, NULL);
    create(lock_a_if_y, NULL);
    create(store_x, NULL);
    create(store_y, NULL);
    join_all();
  } else if (strcmp(mode, "race_shared") == 0 || strcmp(mode, "race_locked") == 0 ||
             strcmp(mode, "race_read") == 0) {
    create(mode[5] == 's' ? write_if_x : mode[5] == 'l' ? write_locked_if_x : read_data_if_x, NULL);
    create(write_if_y, NULL);
    create(store_x, NULL);
    create(store_y, NULL);
    create_noise();
    join_all();
    STORE(published, data);
  } else if (strcmp(mode, "race_written") == 0) {
    create_noise();
    create(store_x, NULL);
    create(store_y, NULL);
    create(clear_locked_unless_x, NULL);
    create(read_data_unless_y, NULL);
    join_all();
    STORE(published, data);
  } else if (strcmp(mode, "race_joining") == 0) {
    create(write_data, NULL);
    pthread_join(threads[0], NULL);
    create_noise();
    create(write_if_y_and_publish, NULL);
    create(store_y, NULL);
    pthread_join(threads[5], NULL);
    data = 3;
    for (int i = 1; i < 5; ++i) pthread_join(threads[i], NULL);
  } else if (strcmp(mode, "counted") == 0) {
    create(count_if_x, NULL);
    create(count_if_y, NULL);
    create(store_x, NULL);
    create(store_y, NULL);
    create_noise();
    join_all();
    assert(data != 2);
  } else if (strcmp(mode, "passed") == 0 || strcmp(mode, "tried") == 0 || strcmp(mode, "whole") == 0) {
    create_noise();
    create(store_x, NULL);
    create(store_published, NULL);
    create(mode[0] == 'p' ? copy_x_locked : mode[0] == 't' ? copy_x_tried : copy_x_whole, NULL);
    create(mode[0] == 'w' ? store_half_unless_published : store_data_unless_published, NULL);
    join_all();
    STORE(x, word.whole != 0);
    assert(LOAD(y) != 3);
  } else if (strcmp(mode, "observed") == 0) {
    create(observe_x, NULL);
    create(store_x, NULL);
    create(make_noise, NULL);
    create(hear_noise, NULL);
    join_all();
  } else if (strcmp(mode, "cut") == 0) {  // those in which main waits for the others, at the end
    create(store_x, NULL);
    create(store_choice, NULL);
    create(make_noise, NULL);
    create(answer_noise, NULL);
    for (int i = 0; i < 4; ++i) create(do_nothing, NULL);
    if (LOAD(x) == 0) join_all();
  } else if (strcmp(mode, "unseen") == 0) {  // among thousands of executions
    create(store_x, NULL);
    create(copy_hidden, NULL);
    create(hide_x, NULL);
    create(make_noise, NULL);
    create(make_noise, NULL);
    create(make_noise, NULL);
    create(make_noise, NULL);
    join_all();
    check_y();
  } else {
    return 2;
  }
  return 0;
}
