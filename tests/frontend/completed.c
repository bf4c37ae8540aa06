// Races through accesses that the compiler's own -fsanitize=thread leaves out and checker/instrument adds;
// one mode each. `fine`: all of them without a race, where a hook at the wrong place or for too many bytes
// would see one.
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <string.h>

#define NOINLINE __attribute__((noipa))

struct Large {
  long numbers[5];
  char last;
};
struct Small {
  int number;
};
struct __attribute__((scalar_storage_order("big-endian"))) Reversed {
  int number;
  struct __attribute__((scalar_storage_order("big-endian"))) {
    int number;
    unsigned bits : 5;
  } inner;
};

static struct {
  struct Large large[2];
  struct Small small[2];
  struct Reversed reversed;
  int number;
  char text[32];
} shared = {.text = "0123456789012345678901234567890"};
static struct Large other_large = {.last = 1};
static volatile int result, zero;

static NOINLINE struct Large make_large(void) { return other_large; }
static NOINLINE struct Small make_small(void) { return (struct Small){zero}; }
static NOINLINE void take_large(struct Large large) { result = large.last; }
static NOINLINE void take_small(struct Small small) { result = small.number; }
static NOINLINE void take_many(int count, ...) {
  va_list list, copied;
  va_start(list, count);
  va_copy(copied, list);
  while (count-- > 0) result = va_arg(copied, struct Large).last;
  va_end(copied);
  va_end(list);
}
static NOINLINE struct Large copy_of(const struct Large* large) { return *large; }
static NOINLINE void assign_behind(int count, char* to, const char* from) {
  struct Behind {
    char numbers[count];
    int last;
  };
  *(struct Behind*)to = *(const struct Behind*)from;
}

// What main does, by mode; the thread touches `victim` meanwhile.
struct Mode {
  const char* name;
  char* victim;
  void (*act)(void);
};

static void result_large(void) { shared.large[1 + zero] = make_large(); }
static void result_small(void) { shared.small[1 + zero] = make_small(); }
static void argument_large(void) { take_large(shared.large[1 + zero]); }
static void argument_small(void) { take_small(shared.small[1 + zero]); }
static void argument_variadic(void) { take_many(2, other_large, shared.large[1]); }
static void returned(void) { other_large = copy_of(&shared.large[1]); }
static void assembly_read(void) {
  int to;
  __asm__ volatile("movl %1, %0" : "=r"(to) : "m"(shared.number));
  result = to;
}
static void assembly_write(void) { __asm__ volatile("movl $7, %0" : "=m"(shared.number)); }
static void assembly_change(void) { __asm__ volatile("addl $1, %0" : "+m"(shared.number)); }
static void assembly_register(void) { __asm__ volatile("movl $7, %0" : "=r"(shared.number)); }
static void builtin_memcpy(void) { __builtin_memcpy(shared.text, &other_large, 24); }
static void builtin_memset(void) { __builtin_memset(shared.text, '0', 24); }
static void builtin_memcmp(void) { result = __builtin_memcmp(shared.text, "01234567890123456789", 20); }
static void builtin_strlen(void) { result = (int)__builtin_strlen(shared.text); }
static void builtin_strcmp(void) { result = __builtin_strcmp(shared.text, "0123456789012345x"); }
static void reversed_read(void) { result = shared.reversed.inner.number; }
static void reversed_write(void) { shared.reversed.inner.number = 1; }
static void reversed_bits(void) { shared.reversed.inner.bits = 1; }
static void variable_size(void) {
  char here[32] = "";
  assign_behind(12 + zero, shared.text, here);
}

static struct Mode modes[] = {
    {"result_large", &shared.large[1].last, result_large},
    {"result_small", (char*)&shared.small[1], result_small},
    {"argument_large", &shared.large[1].last, argument_large},
    {"argument_small", (char*)&shared.small[1], argument_small},
    {"argument_variadic", &shared.large[1].last, argument_variadic},
    {"returned", &shared.large[1].last, returned},
    {"assembly_read", (char*)&shared.number, assembly_read},
    {"assembly_write", (char*)&shared.number, assembly_write},
    {"assembly_change", (char*)&shared.number, assembly_change},
    {"assembly_register", (char*)&shared.number, assembly_register},
    {"builtin_memcpy", &shared.text[15], builtin_memcpy},
    {"builtin_memset", &shared.text[15], builtin_memset},
    {"builtin_memcmp", &shared.text[15], builtin_memcmp},
    {"builtin_strlen", &shared.text[15], builtin_strlen},
    {"builtin_strcmp", &shared.text[15], builtin_strcmp},
    {"reversed_read", (char*)&shared.reversed.inner, reversed_read},
    {"reversed_write", (char*)&shared.reversed.inner, reversed_write},
    {"reversed_bits", (char*)&shared.reversed.inner + sizeof(int), reversed_bits},
    {"variable_size", &shared.text[14], variable_size},
};
static const int mode_count = sizeof modes / sizeof *modes;

static void* touch(void* victim) {
  *(char*)victim = '5';
  return NULL;
}

// Assembly that accesses nothing, or atomically.
static void harmless(void) {
  __asm__ volatile("" : "+m"(shared.number));
  __asm__ volatile("lock incl %0" : "+m"(shared.number));
}

// All under a lock; and what others may do meanwhile: use the objects beside these.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static NOINLINE struct Small successor(struct Small small) { return (struct Small){small.number + 1}; }
static void* do_all(void* beside) {
  pthread_mutex_lock(&lock);
  for (int i = 0; i < mode_count; ++i) modes[i].act();
  pthread_mutex_unlock(&lock);
  *(struct Small*)beside = successor(*(struct Small*)beside);
  harmless();
  return NULL;
}

// A call that synchronises: its arguments are read before, its result is written afterwards.
static sem_t passed;
static NOINLINE struct Small release(struct Small small) {
  sem_post(&passed);
  return small;
}
static NOINLINE struct Small acquire(void) {
  sem_wait(&passed);
  return make_small();
}
static void* write_small(void* unused) {
  shared.small[0] = acquire();
  return unused;
}

int main(int count, char** words) {
  const char* const mode = count > 1 ? words[1] : "";
  pthread_t thread;
  if (strcmp(mode, "fine") == 0) {
    static struct Small beside[2];
    pthread_create(&thread, NULL, do_all, &beside[0]);
    do_all(&beside[1]);
    pthread_join(thread, NULL);
    return 0;
  }
  if (strcmp(mode, "fine_order") == 0) {
    sem_init(&passed, 0, 0);
    pthread_create(&thread, NULL, write_small, NULL);
    const struct Small copied = release(shared.small[0]);
    pthread_join(thread, NULL);
    return copied.number;
  }
  for (int i = 0; i < mode_count; ++i) {
    if (strcmp(mode, modes[i].name) != 0) continue;
    pthread_create(&thread, NULL, touch, modes[i].victim);
    modes[i].act();
    pthread_join(thread, NULL);
    return 0;
  }
  return 2;
}
