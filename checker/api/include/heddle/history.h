/* What <heddle/verify.hpp> and Heddle's runtime tell each other about operations on an object under test.
   Programs use verify.hpp. docs/linearizability.md says why the two halves are what they are. */
#ifndef HEDDLE_HISTORY_H
#define HEDDLE_HISTORY_H

#ifdef __cplusplus
extern "C" {
#endif

enum heddle_step { heddle_step_legal, heddle_step_illegal, heddle_step_blocked };
enum heddle_consistency { heddle_linearizable, heddle_sequential, heddle_quiescent };
enum heddle_explained {
  heddle_explained_legal,
  heddle_explained_illegal, /* no order explains the results */
  heddle_explained_stuck,   /* some order does, but in none is every operation that did not return blocked */
  heddle_explained_unknown  /* too many orders to try them all */
};

/* The sequential object. States are numbered by its owner: 0 is the initial one, two equal numbers are one
 * state. */
struct heddle_sequential_object {
  void* context;
  enum heddle_step (*apply)(void* context, unsigned state, unsigned operation, unsigned* after);
  /* The part of the object an operation belongs to, or null: parts do not influence each other, and each
     begins in state 0. */
  unsigned long long (*part)(void* context, unsigned operation);
  enum heddle_consistency consistency;
  int pending_must_block; /* operations that did not return have not taken effect, and must be blocked at the
                             end */
};

/* `order` is valid until the next call: operations in an order that explains all, or the longest legal
   beginning, and the state it leads to. With parts: those of the part that could not be explained. */
struct heddle_explanation {
  enum heddle_explained explained;
  const unsigned* order;
  unsigned count;
  unsigned state;
  unsigned long long part; /* which it is, if there are parts */
};

struct heddle_marked_operation {
  unsigned operation;
  unsigned thread;
  unsigned call_mark;   /* position among all marks, from 1 */
  unsigned return_mark; /* 0: it has not returned */
  unsigned steps;       /* kernel operations of the thread between the two */
  int stopped;          /* the thread was made to stop */
};

enum heddle_stuck {
  heddle_stuck_unjudged,
  heddle_stuck_fine,
  heddle_stuck_nonlinearizable,
  heddle_stuck_no_progress
};

/* Defined by the runtime; null in a program without it. Only in executions of a check. `operation` is any
   number, each used once in an execution. */
__attribute__((weak)) void heddle_runtime_call(unsigned operation);
__attribute__((weak)) void heddle_runtime_return(unsigned operation);
/* Marked operations, by the order of their calls; returns how many there are, writes at most `room`. */
__attribute__((weak)) unsigned heddle_runtime_marked(struct heddle_marked_operation* out, unsigned room);
/* What a person is to read of the operation: "pop() -> 1". Copied, at most 95 bytes. */
__attribute__((weak)) void heddle_runtime_label(unsigned operation, const char* label);
/* Operation `first` returned before `second` was called; both are positions in heddle_runtime_marked. */
__attribute__((weak)) int heddle_runtime_precedes(unsigned first, unsigned second);
__attribute__((weak)) void heddle_runtime_explain(const struct heddle_sequential_object* object,
                                                  struct heddle_explanation* explanation);
/* Ends the execution: HED020, or HED023. */
__attribute__((weak)) void heddle_runtime_nonlinearizable(const char* message);
__attribute__((weak)) void heddle_runtime_no_progress(const char* message);
/* The calling thread may, or may no longer, stop for ever before each of its operations. */
__attribute__((weak)) void heddle_runtime_may_stop(int allowed);
/* Asked, outside of any thread, about an execution in which no thread can ever move again; answers a
 * heddle_stuck. */
__attribute__((weak)) void heddle_runtime_when_stuck(int (*judge)(void* context, const char** message),
                                                     void* context);

#ifdef __cplusplus
}
#endif

#endif
