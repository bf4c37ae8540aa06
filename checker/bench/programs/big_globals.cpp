// 1 MB of globals, all of it written by the first execution: what putting it back costs.
#include <cstddef>

static volatile char memory[1 << 20];

int main() {
  static bool first = true;
  constexpr std::size_t page = 4096;
  for (std::size_t i = 0; first && i < sizeof memory; i += page) memory[i] = 1;
  first = false;
}
