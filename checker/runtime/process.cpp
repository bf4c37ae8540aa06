#include "checker/runtime/process.hpp"

#include "checker/runtime/raw_syscall.hpp"
#include "checker/runtime/record_pool.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/threads.hpp"

namespace heddle::runtime {
namespace {

struct ExitHandler {
  ExitHandlerKind kind;
  void (*function)();
  void* argument;
};

// Handlers registered before the first execution are never popped, only walked: every execution runs them
// again. That is valid because the data they destroy is restored in between.
RecordPool<ExitHandler, 128> initial;
RecordPool<ExitHandler, 128> added;
std::size_t initial_left = 0;  // not yet run in this execution's exit
bool snapshot_taken = false;

void call(const ExitHandler& handler, int status) {
  switch (handler.kind) {
    case ExitHandlerKind::cxa_atexit:
      reinterpret_cast<void (*)(void*)>(handler.function)(handler.argument);
      break;
    case ExitHandlerKind::on_exit:
      reinterpret_cast<void (*)(int, void*)>(handler.function)(status, handler.argument);
      break;
    case ExitHandlerKind::quick:
      handler.function();
      break;
  }
}

// A handler may register further handlers, which run next.
void run_exit_handlers(bool quick, int status) {
  for (;;) {
    ExitHandler next;
    if (added.size() > 0) {
      next = added[added.size() - 1];
      added.shrink(added.size() - 1);
    } else if (initial_left > 0) {
      next = initial[--initial_left];
    } else {
      return;
    }
    if ((next.kind == ExitHandlerKind::quick) == quick) call(next, status);
  }
}

}  // namespace

void add_exit_handler(ExitHandlerKind kind, void (*function)(), void* argument) {
  (snapshot_taken ? added : initial).add() = {kind, function, argument};
}

void exit_process(int status) {
  Thread& me = current_thread();
  me.exiting = true;
  // A second exit(), from a handler or another thread, continues with the handlers not yet run.
  run_thread_destructors(me);
  run_exit_handlers(false, status);
  end_process(status);
}

void quick_exit_process(int status) {
  run_exit_handlers(true, status);
  end_process(status);
}

void end_process(int status) {
  if ((status & 0xff) != 0) {
    fail(format::Rule::process_exit, "the program exits with status %d", status & 0xff);
  }
  Operation op;
  op.kind = kernel::OperationKind::finish;
  op.site = {"exit", 0, 0, ObjectKind::custom};
  perform(op);
  engine_failure("the process continued after its end");
}

void snapshot_exit_handlers() {
  snapshot_taken = true;
  initial_left = initial.size();
}

void reset_exit_handlers() {
  added.shrink(0);
  initial_left = initial.size();
}

}  // namespace heddle::runtime
