#include "stress/runner/options.hpp"

#include <cstdlib>
#include <cstring>

namespace heddle::stress {
namespace {

// Where the value of `key` begins; null if it is not there.
const char* value_of(const char* text, const char* key) {
  const std::size_t length = std::strlen(key);
  for (const char* pair = text; pair != nullptr && *pair != '\0';) {
    if (std::strncmp(pair, key, length) == 0 && pair[length] == '=') return pair + length + 1;
    pair = std::strchr(pair, ':');
    if (pair != nullptr) ++pair;
  }
  return nullptr;
}

Options read() {
  Options read;
  const char* const text = std::getenv("HEDDLE_STRESS");
  if (text == nullptr) return read;
  read.requested = true;
  if (const char* const path = value_of(text, "result"); path != nullptr) {
    const std::size_t length = std::strcspn(path, ":");
    if (length < sizeof read.result) std::memcpy(read.result, path, length);
  }
  read.seed = number_in(text, "seed", read.seed);
  read.check_ms = number_in(text, "check_ms", read.check_ms);
  read.check_runs = number_in(text, "check_runs", read.check_runs);
  read.noise = number_in(text, "noise", 1) != 0;
  read.affinity = number_in(text, "affinity", 1) != 0;
  return read;
}

Options current;
bool is_read = false;

}  // namespace

std::uint64_t number_in(const char* text, const char* key, std::uint64_t otherwise) {
  const char* const value = value_of(text, key);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

const Options& options() {
  if (!is_read) {
    current = read();
    is_read = true;
  }
  return current;
}

}  // namespace heddle::stress
