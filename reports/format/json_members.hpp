// Reading members of a JSON value that may lack them or hold another type. Nothing here throws.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace heddle::format::members {

// Not ordered_json: its objects copy their values when they grow, which recurses on deeply nested ones.
using Json = nlohmann::json;

const Json& member(const Json& j, const char* key);  // a null value if there is none
const Json& list(const Json& j, const char* key);    // an empty array if there is none

// Numbers may be written as JSON numbers or, because of their size, as decimal or 0x strings.
std::optional<std::uint64_t> as_natural(const Json& j);
std::optional<std::int64_t> as_integer(const Json& j);
// Strings as they are; numbers and booleans in their JSON spelling.
std::optional<std::string> as_text(const Json& j);

inline std::uint64_t natural(const Json& j, const char* key) {
  return as_natural(member(j, key)).value_or(0);
}
int integer(const Json& j, const char* key);
std::optional<int> optional_integer(const Json& j, const char* key);
inline std::string text(const Json& j, const char* key) { return as_text(member(j, key)).value_or(""); }
inline std::optional<std::string> optional_text(const Json& j, const char* key) {
  return as_text(member(j, key));
}
inline std::optional<std::uint64_t> optional_natural(const Json& j, const char* key) {
  return as_natural(member(j, key));
}
bool boolean(const Json& j, const char* key);
std::optional<double> real(const Json& j, const char* key);

template <class T, class Read>
void read_all(const Json& j, const char* key, std::vector<T>& into, Read read) {
  for (const Json& entry : list(j, key)) into.push_back(read(entry));
}
std::vector<std::string> read_words(const Json& j, const char* key);

}  // namespace heddle::format::members
