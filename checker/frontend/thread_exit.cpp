// Ending a thread from inside, as glibc's pthread_exit does: forced unwinding runs C++ destructors and the
// cleanup handlers of code compiled with -fexceptions; C code's pthread_cleanup_push registered a jump buffer
// instead, which the unwinder jumps to when it gets to its frame, and which comes back here by
// __pthread_unwind_next.
#include "checker/frontend/thread_exit.hpp"

#include <pthread.h>
#include <setjmp.h>
#include <unwind.h>

#include "checker/frontend/call.hpp"
#include "checker/frontend/keys.hpp"
#include "checker/frontend/mutex.hpp"
#include "checker/frontend/posix_thread.hpp"

namespace {

using namespace heddle;
using namespace heddle::frontend;

// In __pthread_unwind_buf_t::__pad, which belongs to the implementation: the next older registration.
void*& older(void* buffer) { return static_cast<__pthread_unwind_buf_t*>(buffer)->__pad[0]; }

[[noreturn]] void finish() { runtime::exit_thread(runtime::current_thread().result); }

void swallowed(_Unwind_Reason_Code, _Unwind_Exception*) {
  runtime::fail(Rule::abort,
                "Thread %u catches the end of the thread (pthread_exit or cancellation) and goes on.",
                runtime::self());
}

// Asked before every frame: its address is that of the stack pointer in it.
_Unwind_Reason_Code before_frame(int, _Unwind_Action actions, _Unwind_Exception_Class, _Unwind_Exception*,
                                 _Unwind_Context* context, void*) {
  PosixThread& me = my_posix_thread();
  const bool at_end = (actions & _UA_END_OF_STACK) != 0;
  if (void* buffer = me.cleanup; buffer != nullptr) {
    // The buffer is a local variable of the frame that registered it, so that frame lies below this one.
    if (at_end || reinterpret_cast<std::uintptr_t>(buffer) < _Unwind_GetCFA(context)) {
      me.cleanup = older(buffer);
      auto* jump =
          reinterpret_cast<__jmp_buf_tag*>(static_cast<__pthread_unwind_buf_t*>(buffer)->__cancel_jmp_buf);
      siglongjmp(jump, 1);
    }
  }
  if (at_end) finish();
  return _URC_NO_REASON;
}

[[noreturn]] void unwind() {
  // On the stack of the thread that ends, which nobody unwinds past.
  static _Unwind_Exception exceptions[kernel::threads_max];
  _Unwind_Exception& exception = exceptions[runtime::self()];
  exception = {};
  exception.exception_cleanup = swallowed;
  _Unwind_ForcedUnwind(&exception, before_frame, nullptr);
  finish();
}

void at_exit(runtime::Thread& thread) {
  PosixThread& state = posix_thread(thread);
  state.ending = true;
  run_key_destructors(thread);
  mutex::abandon_robust(thread);
}

}  // namespace

namespace heddle::frontend {

void unwind_and_exit(void* result) {
  my_posix_thread().ending = true;
  runtime::current_thread().result = result;
  unwind();
}

void install_thread_exit() { runtime::set_thread_exit_hook(at_exit); }

}  // namespace heddle::frontend

HEDDLE_INTERCEPT void pthread_exit(void* result) {
  if (!simulated(HEDDLE_CALLER_PC)) HEDDLE_REAL(pthread_exit)(result);
  unwind_and_exit(result);
}

HEDDLE_INTERCEPT void __pthread_register_cancel(__pthread_unwind_buf_t* buffer) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(__pthread_register_cancel)(buffer);
  PosixThread& me = my_posix_thread();
  older(buffer) = me.cleanup;
  me.cleanup = buffer;
}

HEDDLE_INTERCEPT void __pthread_unregister_cancel(__pthread_unwind_buf_t* buffer) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(__pthread_unregister_cancel)(buffer);
  my_posix_thread().cleanup = older(buffer);
}

// pthread_cleanup_push_defer_np: cancellation is deferred in any case.
HEDDLE_INTERCEPT void __pthread_register_cancel_defer(__pthread_unwind_buf_t* buffer) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(__pthread_register_cancel_defer)(buffer);
  PosixThread& me = my_posix_thread();
  older(buffer) = me.cleanup;
  me.cleanup = buffer;
}

HEDDLE_INTERCEPT void __pthread_unregister_cancel_restore(__pthread_unwind_buf_t* buffer) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(__pthread_unregister_cancel_restore)(buffer);
  my_posix_thread().cleanup = older(buffer);
}

HEDDLE_INTERCEPT void __pthread_unwind_next(__pthread_unwind_buf_t* buffer) {
  if (!simulated(HEDDLE_CALLER_PC)) HEDDLE_REAL(__pthread_unwind_next)(buffer);
  unwind();
}
