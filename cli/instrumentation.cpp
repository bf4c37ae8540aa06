#include "cli/instrumentation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

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

bool is_programs_code(const ElfFile::Symbol& symbol) {
  // The runtime's own, and what the linker makes.
  constexpr std::array sections = std::to_array<std::string_view>({"heddle_text", ".init", ".fini"});
  return symbol.code && std::ranges::find(sections, symbol.section) == sections.end() &&
         !symbol.section.starts_with(".plt") &&
         std::ranges::find(begins_and_ends, symbol.name) == begins_and_ends.end() &&
         std::ranges::find(places, symbol.name) == places.end() && !belongs_to_another(symbol.name);
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
  return "";
}

void choose_recall(RunOptions& run, const std::string& program) {
  if (run.get("recall") != "auto") return;
  if (why_not_all_instrumented(ElfFile(program)).empty()) run.set("recall", "instrumented");
}

}  // namespace heddle::cli
