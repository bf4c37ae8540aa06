// Behaves differently from the second execution in one process on.
#include <atomic>
#include <thread>

extern "C" int tick(void);

static std::atomic<int> a{0};
static std::atomic<int> b{0};

int main() {
  const bool first = tick() == 0;
  std::thread reader([first] {
    if (first) {
      a.store(1);
    } else {
      a.load();
      b.load();
    }
  });
  std::thread writer([] {
    a.store(2);
    b.store(3);
  });
  reader.join();
  writer.join();
  a.load();
}
