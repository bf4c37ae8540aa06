// A small execution with more threads than the search makes room for at first, to be run very often.
#include <pthread.h>

#include <atomic>

namespace {
constexpr int threads = 9;
std::atomic<int> count;

void* work(void*) {
  count.fetch_add(1, std::memory_order_relaxed);
  return nullptr;
}
}  // namespace

int main() {
  pthread_t worker[threads];
  for (pthread_t& w : worker) pthread_create(&w, nullptr, work, nullptr);
  for (pthread_t w : worker) pthread_join(w, nullptr);
}
