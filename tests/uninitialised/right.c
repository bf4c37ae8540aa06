// Correct programs that read and write memory in ways no hook tells of; the argument says which. What begins
// with "copy" copies values that are not there yet, whole, and does not use them.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct pair {
  int a, b;
};
struct wrapped {
  int value;
};
union word {
  int i;
  float f;
};
union wide {
  long l;
  double d;
};
struct token {
  int kind;
  union wide value;
};
struct big {
  int kind;
  int length;
  struct pair body;
  union wide value;
};
struct bits {
  unsigned a : 3, b : 5, c : 20;
};

static __thread volatile long seen;

// The compiler has to believe that the memory is looked at and changed.
__attribute__((noinline)) static void keep(void* memory) { __asm__ volatile("" : : "r"(memory) : "memory"); }
static void* block(size_t bytes) {
  void* memory = malloc(bytes);
  keep(memory);
  return memory;
}

__attribute__((noinline)) static struct pair make_pair(int x) { return (struct pair){x, x + 1}; }
__attribute__((noinline)) static struct big make_big(int x) {
  struct big result;
  result.kind = x;
  result.length = 2;
  return result;
}
__attribute__((noinline)) static int sum(struct pair pair) {
  keep(&pair);
  return pair.a + pair.b;
}

static void returned(void) {
  struct pair pair = make_pair(3);
  keep(&pair);
  seen = pair.a + sum(pair);
  struct big big = make_big(1);
  keep(&big);
  struct big copy = big;
  keep(&copy);
  seen = copy.kind;
}
static void partly_written(void) {
  struct pair* pair = block(sizeof *pair);
  pair->a = 1;
  struct pair copy = *pair;
  keep(&copy);
  seen = copy.a;
  int values[64];
  for (int i = 0; i < 40; ++i) values[i] = i;
  keep(values);
  for (int i = 0; i < 40; ++i) seen += values[i];
}
static void bit_fields(void) {
  struct bits* bits = block(sizeof *bits);
  bits->a = 1;
  bits->b = 2;
  bits->c = 3;
  keep(bits);
  seen = bits->a + bits->b + bits->c;
}
static int ascending(const void* a, const void* b) { return *(const int*)a - *(const int*)b; }
static void library(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  struct tm date;
  gmtime_r(&now.tv_sec, &date);
  seen = now.tv_nsec + date.tm_year;
  char text[64];
  snprintf(text, sizeof text, "%d %d", 1, 2);
  int x, y;
  if (sscanf(text, "%d %d", &x, &y) == 2) seen = x + y;
  int ends[2];
  int sent[4] = {1, 2, 3, 4};
  int received[4];
  if (pipe(ends) != 0) return;
  if (write(ends[1], sent, sizeof sent) == sizeof sent &&
      read(ends[0], received, sizeof received) == sizeof received)
    seen = received[0] + received[3];
  close(ends[0]);
  close(ends[1]);
  char* end;
  seen = (long)strtod("1.5", &end) + *end + div(7, 2).rem;
  int* numbers = block(10 * sizeof *numbers);
  for (int i = 0; i < 10; ++i) numbers[i] = 10 - i;
  qsort(numbers, 10, sizeof *numbers, ascending);
  seen = numbers[0];
  int* zeros = calloc(10, sizeof *zeros);
  keep(zeros);
  seen = zeros[5];
}

static void copy_wrapped(void) {
  struct wrapped* from = block(sizeof *from);
  struct wrapped copy = *from;
  keep(&copy);
}
static void copy_union(void) {
  union word* from = block(sizeof *from);
  union word* to = block(sizeof *to);
  *to = *from;
  keep(to);
  to->f = 1;
  seen = to->i;
}
static void copy_token(void) {
  struct token* token = block(sizeof *token);
  token->kind = 0;
  keep(token);
  struct token copy = *token;
  if (copy.kind != 0) seen = copy.value.l;
}
static void copy_slots(void) {
  union wide* slots = block(4 * sizeof *slots);
  slots[0].l = 1;
  for (int i = 0; i < 3; ++i) {
    union wide slot = slots[i];
    slots[i] = slots[i + 1];
    slots[i + 1] = slot;
    keep(slots);
  }
  seen = slots[3].l;
}

static void* work(void* mode) {
  if (strcmp(mode, "returned") == 0) returned();
  if (strcmp(mode, "partly_written") == 0) partly_written();
  if (strcmp(mode, "bit_fields") == 0) bit_fields();
  if (strcmp(mode, "library") == 0) library();
  if (strcmp(mode, "copy_wrapped") == 0) copy_wrapped();
  if (strcmp(mode, "copy_union") == 0) copy_union();
  if (strcmp(mode, "copy_token") == 0) copy_token();
  if (strcmp(mode, "copy_slots") == 0) copy_slots();
  return NULL;
}

int main(int argc, char** argv) {
  pthread_t thread;
  if (argc < 2) return 1;
  pthread_create(&thread, NULL, work, argv[1]);
  work(argv[1]);
  pthread_join(thread, NULL);
  return 0;
}
