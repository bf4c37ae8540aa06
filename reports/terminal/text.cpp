#include "reports/terminal/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace heddle::report {
namespace {

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Bytes of the first `count` characters.
std::size_t bytes_of(std::string_view text, int count) {
  std::size_t i = 0;
  while (i < text.size() && (count > 0 || continues_character(text[i]))) {
    if (!continues_character(text[i])) --count;
    ++i;
  }
  return i;
}

}  // namespace

std::string Style::paint(Colour colour_of_text, std::string_view text) const {
  if (!colour || colour_of_text == Colour::none || text.empty()) return std::string(text);
  static constexpr const char* codes[] = {"0", "1", "2", "1;31", "32", "33", "34", "35", "36"};
  return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<int>(colour_of_text)], text);
}

std::string spelt(std::string_view text, const Style& style) {
  std::string result(text);
  if (style.unicode) return result;
  constexpr std::pair<std::string_view, std::string_view> spellings[] = {
      {"→", "->"}, {"×", "x"}, {"…", "..."}};
  for (const auto& [sign, ascii] : spellings) {
    for (std::size_t at = 0; (at = result.find(sign, at)) != std::string::npos; at += ascii.size())
      result.replace(at, sign.size(), ascii);
  }
  return result;
}

std::string printable(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\t') {
      result += ' ';
    } else if (byte < 0x20 || byte == 0x7f) {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += c;
    }
  }
  return result;
}

int columns(std::string_view text) {
  return static_cast<int>(std::ranges::count_if(text, [](char c) { return !continues_character(c); }));
}

std::string fit(std::string_view text, int width, const Style& style) {
  const int have = columns(text);
  if (have <= width) return std::string(text) + std::string(static_cast<std::size_t>(width - have), ' ');
  const int dots = columns(style.dots());
  if (width <= dots) return std::string(text.substr(0, bytes_of(text, width)));
  return std::string(text.substr(0, bytes_of(text, width - dots))) + style.dots();
}

std::vector<std::string> wrap(std::string_view text, int width) {
  std::vector<std::string> lines;
  width = std::max(width, 8);
  while (columns(text) > width) {
    const std::size_t whole = bytes_of(text, width);
    const std::size_t space = text.substr(0, whole + 1).rfind(' ');
    const std::size_t bracket = text.substr(0, whole).rfind('(') + 1;
    const bool spaced = space != std::string_view::npos && space > 0;
    const std::size_t cut = spaced ? space : bracket > 0 ? bracket : whole;
    lines.emplace_back(text.substr(0, cut));
    text.remove_prefix(cut);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
  lines.emplace_back(text);
  return lines;
}

std::string repeat(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

std::string paragraph(std::string_view text, int indent, const Style& style) {
  std::string result;
  for (const std::string& line : wrap(text, style.width - indent)) {
    result += std::string(static_cast<std::size_t>(indent), ' ') + line + "\n";
  }
  return result;
}

}  // namespace heddle::report
