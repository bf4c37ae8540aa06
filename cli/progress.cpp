#include "cli/progress.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace heddle::cli {
namespace {

constexpr std::chrono::milliseconds shown_after{1000};
constexpr std::chrono::milliseconds between{250};

double seconds(std::chrono::steady_clock::duration d) { return std::chrono::duration<double>(d).count(); }

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
    text += fmt::format(", {:.0f} % of about {:.2g}",
                        100 * static_cast<double>(state.executions) / *state.estimate, *state.estimate);
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
