#include "cli/instrumentation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace heddle::cli {
namespace {

using report::ElfFile;

// What every program is linked with to begin and to end.
constexpr std::array begins_and_ends =
    std::to_array<std::string_view>({"_start", "_dl_relocate_static_pie", "deregister_tm_clones",
                                     "register_tm_clones", "__do_global_dtors_aux", "frame_dummy"});
// Names of places, not of code.
constexpr std::array places = std::to_array<std::string_view>({"etext", "_etext", "__etext"});

// Parts of functions that are noted themselves, and what passes calls on to them.
bool belongs_to_another(std::string_view name) {
  const std::size_t cold = name.rfind(".cold");
  const bool is_cold = cold != std::string_view::npos &&
                       name.find_first_not_of("0123456789.", cold + std::string_view(".cold").size()) ==
                           std::string_view::npos;
  return is_cold || name.starts_with("_ZTh") || name.starts_with("_ZTv") || name.starts_with("_ZTc");
}

// Not the runtime's own, nor what the linker makes.
bool is_programs_section(std::string_view section) {
  constexpr std::array others = std::to_array<std::string_view>(
      {"heddle_text", ".init", ".fini", ".plt", ".plt.got", ".plt.sec", ".plt.bnd"});
  return std::ranges::find(others, section) == others.end();
}

bool begins_or_ends(std::string_view name) {
  return std::ranges::find(begins_and_ends, name) != begins_and_ends.end();
}

bool is_programs_code(const ElfFile::Symbol& symbol) {
  return symbol.code && is_programs_section(symbol.section) && !begins_or_ends(symbol.name) &&
         std::ranges::find(places, symbol.name) == places.end() && !belongs_to_another(symbol.name);
}

// Bytes of the first instruction, if it is one that does nothing, as assemblers fill up with; 0: it is not.
std::size_t padding_at(std::span<const std::byte> code) {
  const auto at = [&](std::size_t i) { return i < code.size() ? std::to_integer<unsigned>(code[i]) : 0xff; };
  if (at(0) == 0 || at(0) == 0xcc) return 1;
  std::size_t i = 0;
  while (at(i) == 0x66 || at(i) == 0x2e) ++i;
  if (at(i) == 0x90) return i + 1;
  if (at(i) != 0x0f || at(i + 1) != 0x1f) return 0;
  const unsigned mode = at(i + 2) >> 6;
  const bool scaled = (at(i + 2) & 7) == 4;
  constexpr std::array<std::size_t, 4> displacement = {0, 1, 4, 0};
  return i + 3 + (scaled ? 1 : 0) + displacement[mode];
}

bool is_padding(std::span<const std::byte> code) {
  while (!code.empty()) {
    const std::size_t bytes = padding_at(code);
    if (bytes == 0 || bytes > code.size()) return false;
    code = code.subspan(bytes);
  }
  return true;
}

// Functions whose symbols were taken out of an object file. Most of what programs begin and end with has no
// extent: then it is at most so long.
bool has_nameless_code(const ElfFile& program) {
  constexpr std::uint64_t begin_and_end_bytes = 64;
  constexpr std::uint64_t frame_dummy_bytes = 9;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> extents;
  for (const ElfFile::Symbol& symbol : program.symbols()) {
    if (!symbol.code) continue;
    std::uint64_t size = symbol.size;
    if (size == 0 && begins_or_ends(symbol.name))
      size = symbol.name == "frame_dummy" ? frame_dummy_bytes : begin_and_end_bytes;
    extents.emplace_back(symbol.value, symbol.value + size);
  }
  std::ranges::sort(extents);
  return std::ranges::any_of(program.code(), [&](const ElfFile::Code& code) {
    if (!is_programs_section(code.section)) return false;
    std::uint64_t known = code.address;  // up to here
    const std::uint64_t end = code.address + code.bytes.size();
    const auto is_known_up_to = [&](std::uint64_t next) {
      return next <= known || is_padding(code.bytes.subspan(known - code.address, next - known));
    };
    for (const auto& [first, last] : extents) {
      if (first < code.address || first >= end) continue;
      if (!is_known_up_to(first)) return true;
      known = std::min(std::max(known, last), end);
    }
    return !is_known_up_to(end);
  });
}

}  // namespace

std::string why_not_all_instrumented(const ElfFile& program) {
  if (!program.error().empty()) return program.error();
  // Local names, too: frame_dummy is one that every program has.
  if (!program.has_symbol_table() || !program.defines_symbol("frame_dummy"))
    return "its symbols were stripped";
  const std::vector<std::uint64_t> noted = program.instrumented();
  for (const ElfFile::Symbol& symbol : program.symbols()) {
    if (!is_programs_code(symbol)) continue;
    const auto note = std::ranges::lower_bound(noted, symbol.value);
    if (note == noted.end() || *note - symbol.value >= symbol.size)
      return fmt::format("{} is not known to be instrumented completely", report::demangle(symbol.name));
  }
  if (has_nameless_code(program)) return "it has code without symbols";
  return "";
}

void choose_recall(RunOptions& run, const std::string& program) {
  if (run.get("recall") != "auto") return;
  if (why_not_all_instrumented(ElfFile(program)).empty()) run.set("recall", "instrumented");
}

}  // namespace heddle::cli
