// The core of Dekker's algorithm: at most one thread may miss the other's flag.
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> x{0};
std::atomic<int> y{0};

int main() {
  int saw_x = 1;
  int saw_y = 1;
  std::thread other([&] {
    y.store(1);        // needs: seq_cst
    saw_x = x.load();  // needs: seq_cst
  });
  x.store(1);        // needs: seq_cst
  saw_y = y.load();  // needs: seq_cst
  other.join();
  assert(saw_x == 1 || saw_y == 1);
}
