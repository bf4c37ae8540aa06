// Six threads load and store one location: (6!)² executions, nearly all of whose events are repeated ones.
#include <pthread.h>

#include <atomic>

constexpr int threads = 6;
std::atomic<int> x;

static void* work(void* value) {
  (void)x.load(std::memory_order_relaxed);
  x.store(static_cast<int>(reinterpret_cast<long>(value)), std::memory_order_relaxed);
  return nullptr;
}

int main() {
  pthread_t thread;
  for (long i = 0; i < threads; ++i) pthread_create(&thread, nullptr, work, reinterpret_cast<void*>(i));
}
