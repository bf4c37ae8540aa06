// main() of a program of bugs: NAME bug, or NAME ok, runs that one.
#include <cstdio>
#include <cstring>

#include "tests/primitives/bugs/bug.hpp"

int main(int argc, char** argv) {
  if (argc == 3) {
    for (const bugs::bug& candidate : bugs::all()) {
      if (std::strcmp(candidate.name, argv[1]) != 0) continue;
      candidate.run(std::strcmp(argv[2], "ok") == 0);
      return 0;
    }
  }
  std::fprintf(stderr, "usage: NAME bug|ok\n");
  return 2;
}
