#include "reports/symbolize/source_lines.hpp"

#include <filesystem>
#include <fstream>
#include <system_error>

#include "reports/format/utf8.hpp"

namespace heddle::report {
namespace {

constexpr std::uintmax_t file_bytes_max = 16U << 20U;  // generated files beyond this are not quoted

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::vector<std::string> read_lines(const std::string& path) {
  std::vector<std::string> result;
  std::error_code failed;
  // A path in debug information may name anything; only plain files are opened.
  if (!std::filesystem::is_regular_file(path, failed) ||
      std::filesystem::file_size(path, failed) > file_bytes_max) {
    return result;
  }
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.ends_with('\r')) line.pop_back();
    result.push_back(format::valid_utf8(line));
  }
  return result;
}

}  // namespace

std::optional<std::string_view> SourceLines::whole_line(const std::string& file, int number) {
  if (file.empty() || number < 1) return std::nullopt;
  auto [found, added] = files_.try_emplace(file);
  if (added) found->second = read_lines(file);
  const auto index = static_cast<std::size_t>(number) - 1;
  if (index >= found->second.size()) return std::nullopt;
  return found->second[index];
}

std::string_view SourceLines::line(const std::string& file, int number) {
  return trimmed(whole_line(file, number).value_or(std::string_view()));
}

}  // namespace heddle::report
