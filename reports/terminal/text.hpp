// Text for a terminal: display columns, colours, wrapping.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heddle::report {

enum class Colour : unsigned char { none, bold, dim, red, green, yellow, blue, magenta, cyan };

struct Style {
  int width = 100;  // columns
  bool colour = false;
  bool unicode = true;   // arrows and lines; false: ASCII
  bool verbose = false;  // library frames and every step

  std::string paint(Colour colour_of_text, std::string_view text) const;
  const char* arrow() const { return unicode ? "→" : "->"; }
  const char* bar() const { return unicode ? "│" : "|"; }
  const char* rule() const { return unicode ? "─" : "-"; }
  const char* dots() const { return unicode ? "…" : "..."; }
  const char* mark() const { return unicode ? "▶" : ">"; }
  const char* times() const { return unicode ? "×" : "x"; }
};

// With the arrows, dots and crosses of explained text spelt in ASCII if the style wants that.
std::string spelt(std::string_view text, const Style& style);

// Control characters made visible, and characters that change the direction of writing, so that nothing a
// program printed or named can drive the terminal or reorder the report. Bytes that are no UTF-8 are
// replaced.
std::string printable(std::string_view text);

// The same for text of several lines that `Style::paint` has coloured.
std::string printable_report(std::string_view text);

// Columns the text takes, one for each UTF-8 character.
int columns(std::string_view text);

// Spaces added, or the end replaced by dots, to make it exactly that wide.
std::string fit(std::string_view text, int width, const Style& style);

// Broken at spaces into lines of at most `width` columns; words that are longer after a bracket, or anywhere.
std::vector<std::string> wrap(std::string_view text, int width);

std::string repeat(std::string_view text, int times);

// Wrapped paragraph, every line indented.
std::string paragraph(std::string_view text, int indent, const Style& style);

}  // namespace heddle::report
