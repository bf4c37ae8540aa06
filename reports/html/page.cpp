#include "reports/html/page.hpp"

#include <zlib.h>

#include <cstdint>
#include <stdexcept>
#include <vector>

#include "reports/html/viewer_file.hpp"

namespace heddle::report {
namespace {

constexpr std::string_view data_place = "<!--heddle-data-->";
// Larger documents are compressed: 50,000 steps are 30 MB of text and half a megabyte packed.
constexpr std::size_t plain_bytes_max = 1'000'000;

// As text of a script element: JSON stays JSON, and no "</script" or "<!--" can end or open anything.
std::string escaped(std::string_view json) {
  std::string text;
  text.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      text += "\\u003c";
    } else {
      text += c;
    }
  }
  return text;
}

std::vector<std::uint8_t> gzip(std::string_view text) {
  constexpr int gzip_window = 15 + 16;
  constexpr int memory_level = 8;
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, gzip_window, memory_level, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    throw std::runtime_error("zlib cannot be initialised");
  }
  std::vector<std::uint8_t> packed(deflateBound(&stream, text.size()));
  std::vector<std::uint8_t> input(text.begin(), text.end());
  stream.next_in = input.data();
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  const int end = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (end != Z_STREAM_END) throw std::runtime_error("zlib could not compress the document");
  return packed;
}

std::string base64(const std::vector<std::uint8_t>& bytes) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const std::uint32_t three = std::uint32_t{bytes[i]} << 16 |
                                (left > 1 ? std::uint32_t{bytes[i + 1]} << 8 : 0U) |
                                (left > 2 ? std::uint32_t{bytes[i + 2]} : 0U);
    text += digits[three >> 18 & 63];
    text += digits[three >> 12 & 63];
    text += left > 1 ? digits[three >> 6 & 63] : '=';
    text += left > 2 ? digits[three & 63] : '=';
  }
  return text;
}

std::string data_element(std::string_view json) {
  const std::string open = R"(<script type="application/json" id="heddle-data")";
  if (json.size() <= plain_bytes_max) return open + ">" + escaped(json) + "</script>";
  return open + R"( data-encoding="gzip">)" + base64(gzip(json)) + "</script>";
}

}  // namespace

bool has_viewer() { return !viewer_file().empty(); }

std::string html_page(std::string_view result_json) {
  if (!has_viewer()) return plain_html_page(result_json);
  const std::string_view viewer = viewer_file();
  const std::size_t place = viewer.find(data_place);
  std::string page(viewer.substr(0, place));
  page += data_element(result_json);
  page += viewer.substr(place + data_place.size());
  return page;
}

}  // namespace heddle::report
