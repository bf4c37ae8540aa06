// Behaves differently from the second execution on, even where each execution is a process of its own.
#include <sys/mman.h>

#include <atomic>
#include <thread>

static int* const executions =
    static_cast<int*>(mmap(nullptr, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
static std::atomic<int> a{0};
static std::atomic<int> b{0};

static void first_time() {
  a.store(1);
  b.store(1);
}

static void later() {
  b.load();
  a.load();
}

int main() {
  const bool first = (*executions)++ == 0;
  std::thread one([first] { first ? first_time() : later(); });
  std::thread other([] {
    a.store(2);
    b.store(3);
  });
  one.join();
  other.join();
  a.load();
  b.load();
}
