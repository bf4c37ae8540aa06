#include "cli/token.hpp"

#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string_view>

namespace heddle::cli {
namespace {

constexpr std::string_view prefix = "heddle1:";
constexpr std::size_t bytes_max = 8191;  // the program's own limit

}  // namespace

std::string why_not_a_token(const std::string& token) {
  if (token.empty()) return "the token is empty";
  if (!token.starts_with("heddle")) return "this is not a replay token: one begins with heddle1:";
  if (!token.starts_with(prefix)) {
    return "the token is of another version of Heddle, or damaged: this one reads tokens that begin with "
           "heddle1:";
  }
  if (token.size() == prefix.size()) return "the token is cut off after heddle1:";
  if (token.size() > bytes_max) return "the token is longer than any Heddle writes: it is damaged";
  for (const char c : token) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte >= 0x7f)
      return "the token is damaged: it contains a blank or an unprintable character";
  }
  return "";
}

bool read_token_file(const std::string& path, std::string& token, std::string& error) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  if (!file || !(content << file.rdbuf())) {
    error = "cannot read a token from " + path + ": " + (errno != 0 ? std::strerror(errno) : "it is empty");
    return false;
  }
  token = content.str();
  while (!token.empty() && std::isspace(static_cast<unsigned char>(token.back())) != 0) token.pop_back();
  token.erase(0, token.find_first_not_of(" \t\r\n"));
  if (const std::string wrong = why_not_a_token(token); !wrong.empty()) {
    error = path + ": " + wrong;
    return false;
  }
  return true;
}

}  // namespace heddle::cli
