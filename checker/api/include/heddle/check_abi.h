/* What <heddle/check.hpp> and Heddle's runtime tell each other. Programs use check.hpp. */
#ifndef HEDDLE_CHECK_ABI_H
#define HEDDLE_CHECK_ABI_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum heddle_verdict {
  heddle_verified, /* every execution was explored, none has an error */
  heddle_no_bug,   /* none of the explored executions has an error */
  heddle_bug,
  heddle_inconclusive,   /* nothing was explored to its end */
  heddle_nondeterminism, /* the body did not repeat itself under the same choices */
  heddle_error,          /* it could not be checked */
  heddle_skipped         /* another check of this process is being replayed */
};

struct heddle_check_summary {
  enum heddle_verdict verdict;
  const char* check;   /* "Suite.Test#1", as --heddle_check= names it */
  const char* mode;    /* random, exhaustive, replay, in_place */
  const char* reason;  /* why the search ended */
  const char* message; /* what went wrong, for heddle_error and the like */
  unsigned long long executions;
  unsigned long long complete;
  unsigned long long blocked;
  unsigned long long cut;
  unsigned long long operations;
};

/* Who is told what a check found. Texts are valid during the call only. */
struct heddle_check_sink {
  void* context;
  void (*finding)(void* context, const char* rule, const char* message, const char* token,
                  const char* fingerprint);
  void (*outcome)(void* context, const char* text, unsigned long long count);
  void (*records)(void* context, const char* text, size_t bytes); /* docs/run-protocol.md */
  void (*summary)(void* context, const struct heddle_check_summary* summary);
};

struct heddle_check_request {
  const char* options; /* key=value:key=value, docs/run-protocol.md */
  const char* name;
  void (*body)(void* argument);
  void* argument;
  const struct heddle_check_sink* sink;
};

struct heddle_report_request {
  const char* records;
  size_t bytes;
  const char* check;
  const char* selects; /* an argument that makes the program run this check; may be empty */
  const char* command; /* of `heddle`, unless the variable HEDDLE names another; may be empty */
  void* context;
  void (*text)(void* context, const char* text, size_t bytes);
};

/* Defined by the runtime; null in a program without it. */
__attribute__((weak)) void heddle_runtime_check(const struct heddle_check_request* request);
/* 0: the report was made; else no command could be run. */
__attribute__((weak)) int heddle_runtime_report(const struct heddle_report_request* request);

#ifdef __cplusplus
}
#endif

#endif
