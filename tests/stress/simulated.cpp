// A program whose ThreadSanitizer has LLVM's scheduler simulation, played by the program itself: the body
// must run in it, with threads it can see being made, and it must have been switched on.
#include <pthread.h>

#include <cstdlib>
#include <cstring>
#include <heddle/check.hpp>
#include <heddle/together.hpp>

namespace {
int bodies = 0;
int simulated = 0;
bool by_caller = false;  // in the simulation a function of heddle::together ran in the thread that called it
}  // namespace

extern "C" __attribute__((visibility("default"))) int __tsan_simulate(void (*body)(void*), void* argument) {
  const char* const options = std::getenv("TSAN_OPTIONS");
  if (options == nullptr || std::strstr(options, "simulate_scheduler=random") == nullptr) return 1;
  for (int i = 0; i < 3; ++i) body(argument);
  simulated = bodies;
  return 0;
}

int main() {
  const pthread_t main_thread = pthread_self();
  heddle::check([main_thread] {
    ++bodies;
    pthread_t last = main_thread;
    heddle::together([] {}, [&last] { last = pthread_self(); });
    by_caller = by_caller || (bodies <= 3 && pthread_equal(last, main_thread) != 0);
  });
  return simulated == 3 && bodies > 3 && !by_caller ? 0 : 3;
}
