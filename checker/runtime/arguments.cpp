#include "checker/runtime/arguments.hpp"

#include <unistd.h>

#include <cstring>

#include "checker/kernel/memory.hpp"

namespace heddle::runtime {
namespace {

template <class T>
struct Saved {
  T* original = nullptr;
  T* copy = nullptr;
  std::size_t count = 0;

  void save(T* from, std::size_t how_many) {
    original = from;
    count = how_many;
    copy = static_cast<T*>(kernel::engine_allocate(count * sizeof(T)));
    std::memcpy(copy, original, count * sizeof(T));
  }
  void restore() const { std::memcpy(original, copy, count * sizeof(T)); }
};

Arguments arguments;
Saved<char*> vector;
Saved<char*> environment_vector;
Saved<char> text;

}  // namespace

void snapshot_arguments(int argc, char** argv, char** environment) {
  arguments = {argc, argv, environment};
  vector.save(argv, static_cast<std::size_t>(argc) + 1);
  std::size_t variables = 0;
  while (environment[variables] != nullptr) ++variables;
  environment_vector.save(environment, variables + 1);
  if (argc == 0) return;
  // The kernel puts the strings one behind the other.
  const char* const end = argv[argc - 1] + std::strlen(argv[argc - 1]) + 1;
  if (end > argv[0]) text.save(argv[0], static_cast<std::size_t>(end - argv[0]));
}

const Arguments& restore_arguments() {
  vector.restore();
  environment_vector.restore();
  environ = arguments.environment;
  if (text.count > 0) text.restore();
  return arguments;
}

}  // namespace heddle::runtime
