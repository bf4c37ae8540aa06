#include "reports/format/phases.hpp"

#include <fmt/format.h>

namespace heddle::format {
namespace {

std::string duration(double seconds) {
  if (seconds < 120) return fmt::format("{:.0f} s", seconds);
  if (seconds < 7200) return fmt::format("{:.0f} minutes", seconds / 60);
  if (seconds < 172'800) return fmt::format("{:.0f} hours", seconds / 3600);
  return fmt::format("{:.2g} days", seconds / 86'400);
}

std::string bounded(const Phase& p) {
  std::string text = fmt::format("{} schedules with few preemptions", p.executions);
  if (p.bound)
    text += fmt::format(" ({} with {})", p.all_within_bound ? "all there are" : "among them all",
                        *p.bound == 0 ? "none" : fmt::format("at most {}", *p.bound));
  return text;
}

std::string exhaustive(const Phase& p) {
  if (p.ended) return fmt::format("the exhaustive search, to its end ({})", p.executions);
  std::string text = fmt::format("{} of the exhaustive search", p.executions);
  if (p.given_up == "too_long" && p.estimate) {
    text += fmt::format(", given up because an estimated {:.2g} would take {} more", *p.estimate,
                        duration(p.seconds_needed));
  } else if (p.given_up == "endless") {
    text += ", given up because of executions that seem to have no end";
  } else if (!p.given_up.empty()) {
    text += ", given up because it is too big";
  }
  return text;
}

}  // namespace

std::string phases_in_words(const Exploration& exploration) {
  std::string text;
  for (const Phase& p : exploration.phases) {
    text += text.empty() ? "Executed: " : "; ";
    text += p.name == "bounded"      ? bounded(p)
            : p.name == "exhaustive" ? exhaustive(p)
                                     : fmt::format("{} at random", p.executions);
  }
  return text.empty() ? text : text + ".";
}

}  // namespace heddle::format
