// Races that libtsan's annotations excuse or order: none is reported. With an argument, one they do not
// excuse.
#include <assert.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>

void AnnotateHappensBefore(const char* file, int line, const volatile void* object);
void AnnotateHappensAfter(const char* file, int line, const volatile void* object);
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
void AnnotateBenignRaceSized(const char* file, int line, const volatile void* memory, size_t bytes,
                             const char* description);
void AnnotateNewMemory(const char* file, int line, const volatile void* memory, size_t bytes);
void AnnotateThreadName(const char* file, int line, const char* name);
int RunningOnValgrind(void);

static int flag;  // read and written without an order, between ignore_* calls
static int published;
static long statistics[3];
static int recycled;
static union {
  int half[2];
  long whole;
} word;             // races on the first half are excused
static int across;  // write the whole of it

static void* write_all(void* unused) {
  AnnotateThreadName(__FILE__, __LINE__, "writer");
  recycled = 1;
  published = 1;
  AnnotateHappensBefore(__FILE__, __LINE__, &flag);
  AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
  flag = 1;
  AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
  statistics[1] = 1;
  statistics[2] = 1;
  if (across) {
    word.whole = 1;
  } else {
    word.half[0] = 1;
  }
  return unused;
}

int main(int argc, char** argv) {
  const char* const wrong = argc > 1 ? argv[1] : "";
  AnnotateBenignRaceSized(__FILE__, __LINE__, statistics, 2 * sizeof statistics[0], "statistics");
  AnnotateBenignRaceSized(__FILE__, __LINE__, &word.half[0], sizeof word.half[0], "half of a word");
  across = strcmp(wrong, "across_the_benign_race") == 0;
  pthread_t writer;
  pthread_create(&writer, NULL, write_all, NULL);
  AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
  const int seen = flag;
  if (strcmp(wrong, "write_while_reads_are_ignored") == 0) published = 2;
  AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
  if (seen == 1) {
    AnnotateNewMemory(__FILE__, __LINE__, &recycled, sizeof recycled);
    recycled = 2;
    AnnotateHappensAfter(__FILE__, __LINE__, &flag);
    assert(published == 1);
  }
  if (strcmp(wrong, "read_too_early") == 0) assert(published <= 1);
  statistics[1] = 2;
  if (strcmp(wrong, "beside_the_benign_race") == 0) statistics[2] = 2;
  if (across) {
    word.whole = 2;
  } else {
    word.half[0] = 2;
  }
  pthread_join(writer, NULL);
  assert(RunningOnValgrind() == 0);
  return 0;
}
