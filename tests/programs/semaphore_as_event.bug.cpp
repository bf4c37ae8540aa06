// A producer announces each of two items with a semaphore; the consumer waits for each announcement.
// Bug: the semaphore is used as an event: one wake-up takes everything, the next one finds nothing.
#include <cassert>
#include <mutex>
#include <semaphore>
#include <thread>

namespace {
std::counting_semaphore<2> announced{0};
std::mutex mutex;
int items = 0;

void produce() {
  for (int i = 0; i < 2; ++i) {
    {
      std::lock_guard lock(mutex);
      ++items;
    }
    announced.release();
  }
}

void consume() {
  for (int i = 0; i < 2; ++i) {
    announced.acquire();
    std::lock_guard lock(mutex);
    assert(items > 0);
    items = 0;
  }
}
}  // namespace

int main() {
  std::thread producer(produce);
  std::thread consumer(consume);
  producer.join();
  consumer.join();
}
