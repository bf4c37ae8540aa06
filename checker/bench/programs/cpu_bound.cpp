// Two threads multiply matrices and sort, with a lock around each row: nearly all accesses are plain.
#include <algorithm>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

namespace {
constexpr int n = 160;
double left[n][n];
double right[n][n];
double product[n][n];
std::mutex next_mutex;
int next_row = 0;

void multiply_row(int row) {
  for (int j = 0; j < n; ++j) {
    double sum = 0;
    for (int k = 0; k < n; ++k) sum += left[row][k] * right[k][j];
    product[row][j] = sum;
  }
}

void sort_some(int seed) {
  constexpr std::size_t count = 2000;
  std::vector<int> values(count);
  unsigned state = static_cast<unsigned>(seed);
  for (int& value : values) {
    state = state * 1664525U + 1013904223U;
    value = static_cast<int>(state >> 8);
  }
  std::sort(values.begin(), values.end());
}

void work() {
  for (;;) {
    int row = 0;
    {
      const std::lock_guard lock(next_mutex);
      row = next_row++;
    }
    if (row >= n) return;
    multiply_row(row);
    sort_some(row);
  }
}
}  // namespace

int main() {
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) {
      left[i][j] = i + j;
      right[i][j] = i - j;
    }
  }
  std::thread one(work);
  std::thread two(work);
  one.join();
  two.join();
  return product[n - 1][n - 1] == 0 ? 1 : 0;
}
