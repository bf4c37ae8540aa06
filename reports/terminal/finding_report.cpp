#include "reports/terminal/finding_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "reports/explain/trying.hpp"
#include "reports/format/cause.hpp"
#include "reports/format/names.hpp"
#include "reports/terminal/evidence.hpp"
#include "reports/terminal/interleaving.hpp"

namespace heddle::report {
namespace {

using format::Finding;

std::string title(const Finding& f, const Style& style) {
  std::string text = style.paint(Colour::red, printable(f.rule + " " + f.title));
  if (f.occurrences > 1) text += fmt::format(" (found {} times)", f.occurrences);
  text += "\n" + paragraph(printable(f.cause.empty() ? f.message : f.cause) + ".", 2, style);
  if (const std::string missing = format::missing_ordering(f); !missing.empty()) {
    text += paragraph("Missing ordering: " + printable(missing) + ".", 2, style);
  }
  if (style.verbose && !f.message.empty() && f.cause.find(f.message) == std::string::npos) {
    text += paragraph(printable(f.message), 2, style);
  }
  return text;
}

std::string steps(const Finding& f, const Style& style) {
  const std::string table = interleaving(f, style);
  if (table.empty()) return "";
  return "\n" + style.paint(Colour::bold, "The interleaving that leads to it") + "\n" + table;
}

std::string bar(const format::Chance& c, const Style& style) {
  constexpr std::uint64_t cells = 20;
  const std::uint64_t all = std::max<std::uint64_t>(c.failed + c.passed, 1);
  const auto full =
      static_cast<std::uint64_t>(static_cast<double>(c.failed) / static_cast<double>(all) * cells);
  std::string text;
  for (std::uint64_t i = 0; i < cells; ++i)
    text += i < full ? (style.unicode ? "█" : "#") : (style.unicode ? "░" : ".");
  return text;
}

std::string what_else(const Finding& f, const Style& style) {
  if (f.chances.empty()) return "";
  std::string text = "\n" + style.paint(Colour::bold, "What else could have happened") + "\n";
  for (const format::Chance& c : f.chances)
    text += "  " + bar(c, style) + "  " + printable(chance_in_words(f, c)) + "\n";
  if (!f.turning.empty()) text += paragraph(printable(f.turning), 2, style);
  return text;
}

std::string how_found(const Finding& f) {
  std::string text;
  if (f.execution > 0) text = fmt::format("Found in execution {}", f.execution);
  if (!text.empty() && !f.phase.empty()) text += fmt::format(" ({})", f.phase);
  if (f.replays > 0) {
    text +=
        fmt::format("{}eproduced in {} of {} replays", text.empty() ? "R" : ", r", f.reproduced, f.replays);
  }
  if (f.minimized && f.minimized->switches_after < f.minimized->switches_before) {
    text += fmt::format("{}inimised from {} to {} preemptions ({} attempts)", text.empty() ? "M" : ", m",
                        f.minimized->switches_before, f.minimized->switches_after, f.minimized->attempts);
  }
  return text.empty() ? "" : text + ".";
}

}  // namespace

std::string finding_report(const Finding& f, const Style& style) {
  std::string text = title(f, style);
  text += steps(f, style);
  if (!f.why.empty()) {
    text += "\n" + style.paint(Colour::bold, "Why") + "\n" + paragraph(printable(f.why), 2, style);
  }
  text += what_else(f, style);
  text += accesses_text(f, style);
  text += blocked_text(f, style);
  text += objects_text(f, style);
  text += threads_text(f, style);
  text += output_text(f.output, style);
  text += "\n";
  if (const std::string found = how_found(f); !found.empty()) text += paragraph(printable(found), 0, style);
  if (!f.replay.empty()) text += "Replay: " + style.paint(Colour::bold, printable(f.replay)) + "\n";
  text += fmt::format("Fingerprint: {}\n", printable(f.fingerprint));
  return text;
}

}  // namespace heddle::report
