// Tells the runtime what it may ask the pthread frontends.
#include "checker/frontend/lock_tracking.hpp"
#include "checker/frontend/thread_exit.hpp"

namespace {

__attribute__((constructor)) void install() {
  heddle::frontend::install_lock_tracking();
  heddle::frontend::install_thread_exit();
}

}  // namespace
