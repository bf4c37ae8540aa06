#include "reports/format/json_members.hpp"

#include <cerrno>
#include <cstdlib>
#include <limits>

namespace heddle::format::members {

const Json& member(const Json& j, const char* key) {
  static const Json nothing;
  if (!j.is_object()) return nothing;
  const auto found = j.find(key);
  return found == j.end() ? nothing : *found;
}

const Json& list(const Json& j, const char* key) {
  static const Json empty = Json::array();
  const Json& found = member(j, key);
  return found.is_array() ? found : empty;
}

std::optional<std::uint64_t> as_natural(const Json& j) {
  if (j.is_number_unsigned()) return j.get<std::uint64_t>();
  if (!j.is_string()) return std::nullopt;
  const std::string& digits = j.get_ref<const std::string&>();
  if (digits.empty() || digits[0] < '0' || digits[0] > '9') return std::nullopt;
  char* end = nullptr;
  errno = 0;
  const std::uint64_t value = std::strtoull(digits.c_str(), &end, 0);
  if (errno != 0 || *end != '\0') return std::nullopt;
  return value;
}

std::optional<std::int64_t> as_integer(const Json& j) {
  if (j.is_number_integer() && !j.is_number_unsigned()) return j.get<std::int64_t>();
  if (j.is_string() && j.get_ref<const std::string&>() == "-1") return -1;
  const auto value = as_natural(j);
  if (!value || *value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

std::optional<std::string> as_text(const Json& j) {
  if (j.is_string()) return j.get<std::string>();
  if (j.is_number() || j.is_boolean()) return j.dump();
  return std::nullopt;
}

std::optional<int> optional_integer(const Json& j, const char* key) {
  const auto value = as_integer(member(j, key));
  if (!value || *value < 0 || *value > std::numeric_limits<int>::max()) return std::nullopt;
  return static_cast<int>(*value);
}

int integer(const Json& j, const char* key) { return optional_integer(j, key).value_or(0); }

bool boolean(const Json& j, const char* key) {
  const Json& found = member(j, key);
  return found.is_boolean() && found.get<bool>();
}

std::optional<double> real(const Json& j, const char* key) {
  const Json& found = member(j, key);
  if (!found.is_number()) return std::nullopt;
  return found.get<double>();
}

std::vector<std::string> read_words(const Json& j, const char* key) {
  std::vector<std::string> words;
  read_all(j, key, words, [](const Json& e) { return as_text(e).value_or(""); });
  return words;
}

}  // namespace heddle::format::members
