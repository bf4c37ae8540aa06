#include "reports/symbolize/source_lines.hpp"

#include <filesystem>
#include <fstream>
#include <system_error>

namespace heddle::report {
namespace {

constexpr std::uintmax_t file_bytes_max = 16U << 20U;  // generated files beyond this are not quoted

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return "";
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
  for (std::string line; std::getline(file, line);) result.push_back(trimmed(line));
  return result;
}

}  // namespace

std::string_view SourceLines::line(const std::string& file, int number) {
  if (file.empty() || number < 1) return {};
  auto [found, added] = files_.try_emplace(file);
  if (added) found->second = read_lines(file);
  const auto index = static_cast<std::size_t>(number) - 1;
  return index < found->second.size() ? std::string_view(found->second[index]) : std::string_view();
}

}  // namespace heddle::report
