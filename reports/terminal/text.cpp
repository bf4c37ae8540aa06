#include "reports/terminal/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "reports/format/utf8.hpp"

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

// C0, DEL, C1 (U+0080 to U+009F), and the marks, embeddings and isolates of bidirectional text.
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (first < 0x20 || first == 0x7f) return true;
  if (character.size() == 2) return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
  if (character.size() != 3) return false;
  constexpr std::string_view bidirectional[] = {"\u200E", "\u200F", "\u202A", "\u202B", "\u202C", "\u202D",
                                                "\u202E", "\u2066", "\u2067", "\u2068", "\u2069"};
  return std::ranges::find(bidirectional, character) != std::end(bidirectional);
}

constexpr const char* colour_codes[] = {"0", "1", "2", "1;31", "32", "33", "34", "35", "36"};

// Bytes of the colour at the start of the text; 0 if there is none.
std::size_t colour_sequence(std::string_view text) {
  for (const char* code : colour_codes) {
    const std::string sequence = fmt::format("\x1b[{}m", code);
    if (text.starts_with(sequence)) return sequence.size();
  }
  return 0;
}

}  // namespace

std::string Style::paint(Colour colour_of_text, std::string_view text) const {
  if (!colour || colour_of_text == Colour::none || text.empty()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", colour_codes[static_cast<int>(colour_of_text)], text);
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
  const std::string valid = format::valid_utf8(text);
  for (std::size_t i = 0; i < valid.size();) {
    const std::string_view character =
        std::string_view(valid).substr(i, bytes_of(std::string_view(valid).substr(i), 1));
    i += character.size();
    if (character == "\t") {
      result += ' ';
    } else if (is_control(character)) {
      for (const char c : character) result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      result += character;
    }
  }
  return result;
}

std::string printable_report(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\n\x1b"), text.size());
    result += printable(text.substr(0, end));
    text.remove_prefix(end);
    if (text.empty()) break;
    const std::size_t colour = colour_sequence(text);
    result += text[0] == '\n' ? "\n" : colour > 0 ? std::string(text.substr(0, colour)) : "\\x1b";
    text.remove_prefix(std::max<std::size_t>(colour, 1));
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
  for (std::size_t whole = 0; (whole = bytes_of(text, width)) < text.size();) {
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
