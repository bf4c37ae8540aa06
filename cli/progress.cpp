#include "cli/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace heddle::cli {
namespace {

constexpr std::chrono::milliseconds shown_after{1000};
constexpr std::chrono::milliseconds between{250};

double seconds(std::chrono::steady_clock::duration d) { return std::chrono::duration<double>(d).count(); }

std::string in_words(double duration_s) {
  constexpr double minute = 60;
  constexpr double hour = 60 * minute;
  constexpr double day = 24 * hour;
  if (duration_s < 2 * minute) return fmt::format("{:.0f} s", duration_s);
  if (duration_s < 2 * hour) return fmt::format("{:.0f} min", duration_s / minute);
  if (duration_s < 2 * day) return fmt::format("{:.0f} h", duration_s / hour);
  return fmt::format("{:.2g} days", duration_s / day);
}

}  // namespace

void Progress::show(const ProgressState& state) {
  const auto now = Clock::now();
  if (!enabled_ || now - started_ < shown_after || now - last_ < between) return;
  last_ = now;
  shown_ = true;
  const double elapsed = seconds(now - started_);
  std::string text = fmt::format("{}: {} executions, {:.0f} a second, {:.0f} s",
                                 state.phase.empty() ? "running" : state.phase, state.executions,
                                 static_cast<double>(state.executions) / elapsed, elapsed);
  if (budget_.count() > 0) text += fmt::format(" of {:.0f}", seconds(budget_));
  if (state.estimate && *state.estimate >= 1) {
    const double left = std::max(0.0, *state.estimate - static_cast<double>(state.executions));
    text += fmt::format(", {:.2g} % of about {:.2g}",
                        100 * static_cast<double>(state.executions) / *state.estimate, *state.estimate);
    if (state.estimate_spread) text += fmt::format(" (+- {:.1g})", *state.estimate_spread);
    if (state.executions > 0) {
      text += ", " + in_words(left * elapsed / static_cast<double>(state.executions)) + " to go";
    }
  }
  if (state.findings > 0)
    text += fmt::format(", {} finding{}", state.findings, state.findings == 1 ? "" : "s");
  fmt::print(stderr, "\r\x1b[K{}", text);
  std::fflush(stderr);
}

void Progress::clear() {
  if (!shown_) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
}

}  // namespace heddle::cli
