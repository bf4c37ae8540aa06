// pthread_once. The routine may throw, or end the thread: then the next caller runs it again.
#include <pthread.h>

#include "checker/frontend/objects.hpp"
#include "checker/frontend/once_state.hpp"

namespace heddle::frontend {
namespace {

// glibc's value of a control whose routine has returned; what other code of libc may look at.
constexpr int real_done = 2;

CallSite site(pthread_once_t* control, std::uintptr_t caller) {
  return site_of("pthread_once", control, ObjectKind::once, caller);
}

// Ends the run on every way out of the routine.
class Run {
 public:
  Run(ObjectRecord& record, const CallSite& at) : record_(record), at_(at) {}
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run() { once_state::finish(record_, returned_ ? once_state::done : once_state::fresh, at_); }
  void returned() { returned_ = true; }

 private:
  ObjectRecord& record_;
  const CallSite& at_;
  bool returned_ = false;
};

int once(pthread_once_t* control, void (*routine)(), const CallSite& at) {
  ObjectRecord& record = use_object(at, false);
  if (!record.initialised) {
    record.initial = *control == real_done ? once_state::done : once_state::fresh;
    record.initialised = true;
  }
  if (!once_state::begin(record, at)) return 0;
  Run run(record, at);
  routine();
  *control = real_done;
  run.returned();
  return 0;
}

}  // namespace
}  // namespace heddle::frontend

HEDDLE_INTERCEPT int pthread_once(pthread_once_t* control, void (*routine)()) {
  using namespace heddle;
  if (!frontend::simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_once)(control, routine);
  return frontend::once(control, routine, frontend::site(control, HEDDLE_CALLER_PC));
}
