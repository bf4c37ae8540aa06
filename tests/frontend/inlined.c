// Races with functions that gcc expands by itself if it may, or that _FORTIFY_SOURCE turns into others: they
// are seen all the same. One function a mode.
#define _DEFAULT_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static char text[16];
static volatile size_t three = 3;
static volatile int result;

static void* write_text(void* unused) {
  (void)unused;
  text[0] = 'a';
  return NULL;
}

int main(int count, char** words) {
  const char* const mode = count > 1 ? words[1] : "";
  pthread_t thread;
  pthread_create(&thread, NULL, write_text, NULL);
  if (strcmp(mode, "strcmp") == 0) {
    result = strcmp(text, "b");
  } else if (strcmp(mode, "memcmp") == 0) {
    result = memcmp(text, "b", 2) == 0;
  } else if (strcmp(mode, "strcpy") == 0) {
    strcpy(text, "b");
  } else if (strcmp(mode, "bzero") == 0) {
    bzero(text, 4);
  } else if (strcmp(mode, "memcpy") == 0) {
    memcpy(text, "abc", three);
  } else {
    return 2;
  }
  pthread_join(thread, NULL);
  return 0;
}
