// A shared library compiled for checking: its variables are the program's.
#include <atomic>

namespace {
int calls = 0;
int table[3000] = {1};
thread_local int mine = 3;
std::atomic<int> shared{0};
}  // namespace

// 0 in a fresh state; then it is fresh no more.
int plugin_state() {
  const int seen = calls + (table[0] - 1) + table[2999] + (mine - 3) + shared.load();
  ++calls;
  table[0] = table[2999] = 5;
  mine = 8;
  shared = 1;
  return seen;
}

int plugin_mine() { return mine++; }

int plugin_counter = 0;
void plugin_count() { ++plugin_counter; }
