// Virtual time passes when the program sleeps, and only a little otherwise; chance repeats.
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static double now(clockid_t clock) {
  struct timespec time;
  assert(clock_gettime(clock, &time) == 0);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void sleeps(double seconds, double start) {
  const double passed = now(CLOCK_MONOTONIC) - start;
  assert(passed >= seconds && passed < seconds + 0.5);
}

int main(void) {
  const time_t today = time(NULL);
  struct timeval day;
  gettimeofday(&day, NULL);
  assert(day.tv_sec - today <= 1);

  double start = now(CLOCK_MONOTONIC);
  sleep(3600);
  sleeps(3600, start);
  start = now(CLOCK_MONOTONIC);
  usleep(2000000);
  sleeps(2, start);
  start = now(CLOCK_MONOTONIC);
  const struct timespec span = {5, 0}, invalid = {0, 1000000000};
  nanosleep(&span, NULL);
  sleeps(5, start);
  assert(nanosleep(&invalid, NULL) == -1 && errno == EINVAL);
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  start = now(CLOCK_MONOTONIC);
  until.tv_sec += 7;
  assert(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == 0);
  sleeps(7, start - 0.1);
  start = now(CLOCK_MONOTONIC);
  assert(poll(NULL, 0, 1000) == 0);
  sleeps(1, start);
  assert(time(NULL) - today > 3600);

  unsigned char bytes[16];
  assert(getrandom(bytes, sizeof bytes, 0) == sizeof bytes);
  const int drawn = rand();
  assert(drawn >= 0 && drawn <= RAND_MAX);
  assert(random() >= 0);
  assert(drand48() >= 0 && drand48() < 1);
  // What is drawn decides what is done: it must be the same in every execution.
  for (int i = 0; i < drawn % 5; ++i) sleep(1);
  return 0;
}
