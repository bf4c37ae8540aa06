// Fails in its second execution if anything is left over in the library. With `race`, two threads race in it.
#include <cassert>
#include <cstring>
#include <thread>

int plugin_state();
int plugin_mine();
void plugin_count();

int main(int argc, char** argv) {
  assert(plugin_state() == 0);
  std::thread other([] { assert(plugin_mine() == 3); });
  assert(plugin_mine() == 8);
  other.join();
  if (argc > 1 && std::strcmp(argv[1], "race") == 0) {
    std::thread racer(plugin_count);
    plugin_count();
    racer.join();
  }
  return 0;
}
