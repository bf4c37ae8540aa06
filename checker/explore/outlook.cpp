#include "checker/explore/outlook.hpp"

#include <algorithm>

namespace heddle::explore {
namespace {

std::size_t common(const Steps& a, const Steps& b) {
  const std::size_t most = std::min(a.size(), b.size());
  std::size_t i = 0;
  while (i < most && a[i].thread == b[i].thread && a[i].alternative == b[i].alternative) ++i;
  return i;
}

std::size_t preemptions(const Steps& steps) {
  return static_cast<std::size_t>(
      std::count_if(steps.begin(), steps.end(), [](const Step& s) { return s.preempts; }));
}

double share(const Chance& c) {
  const std::uint32_t all = c.failed + c.passed;
  return all == 0 ? 0 : static_cast<double>(c.failed) / all;
}

class Observer {
 public:
  Observer(const Steps& failing, Sampler& sampler, std::uint32_t samples, Outlook& out)
      : failing_(failing), sampler_(sampler), samples_(samples), out_(out) {}

  void find_no_return() {
    std::size_t low = 0;
    std::size_t high = failing_.size();
    if (!all_fail(look(high))) return;
    if (all_fail(look(low))) high = low;
    while (low + 1 < high && !sampler_.spent()) {
      const std::size_t middle = low + (high - low) / 2;
      (all_fail(look(middle)) ? high : low) = middle;
    }
    out_.no_return = high;
  }

  // Where the share of those that fail changes most.
  void fill(std::uint32_t points) {
    constexpr double small = 0.1;
    for (std::uint32_t i = 0; i < points && !sampler_.spent(); ++i) {
      double most = small;
      std::size_t at = 0;
      for (std::size_t j = 1; j < out_.chances.size(); ++j) {
        const Chance& a = out_.chances[j - 1];
        const Chance& b = out_.chances[j];
        const double change = share(b) > share(a) ? share(b) - share(a) : share(a) - share(b);
        if (b.steps - a.steps < 2 || change <= most) continue;
        most = change;
        at = a.steps + (b.steps - a.steps) / 2;
      }
      if (at == 0) return;
      look(at);
    }
  }

  // The same up to where the passing one parts, and from there as few switches as possible.
  void tidy_passing() {
    Steps executed;
    if (out_.passing.empty() && !sampler_.spent() &&
        sampler_.by_default(failing_, 0, executed) == Sample::passes) {
      out_.passing = executed;
    }
    if (out_.passing.empty() || sampler_.spent()) return;
    const std::size_t kept = std::min(common(failing_, out_.passing) + 1, out_.passing.size());
    if (sampler_.by_default(out_.passing, kept, executed) == Sample::passes &&
        common(failing_, executed) + 1 >= kept) {
      out_.passing = executed;
    }
  }

 private:
  static bool all_fail(const Chance& c) { return c.passed == 0 && c.failed > 0; }

  Chance look(std::size_t steps) {
    Chance chance;
    chance.steps = steps;
    for (std::uint32_t i = 0; i < samples_ && !sampler_.spent(); ++i) {
      const Sample sample = sampler_.at_random(failing_, steps, executed_);
      chance.failed += sample == Sample::fails ? 1U : 0U;
      if (sample != Sample::passes) continue;
      ++chance.passed;
      consider();
    }
    const auto after = std::find_if(out_.chances.begin(), out_.chances.end(),
                                    [&](const Chance& c) { return c.steps >= steps; });
    if (after == out_.chances.end() || after->steps != steps) out_.chances.insert(after, chance);
    return chance;
  }

  void consider() {
    const std::size_t same = common(failing_, executed_);
    if (!out_.passing.empty()) {
      const std::size_t before = common(failing_, out_.passing);
      if (same < before) return;
      if (same == before && preemptions(executed_) >= preemptions(out_.passing)) return;
    }
    out_.passing = executed_;
  }

  const Steps& failing_;
  Sampler& sampler_;
  const std::uint32_t samples_;
  Outlook& out_;
  Steps executed_;
};

}  // namespace

void look_ahead(const Steps& failing, Sampler& sampler, std::uint32_t samples, std::uint32_t points,
                Outlook& out) {
  Observer observer(failing, sampler, samples, out);
  observer.find_no_return();
  observer.fill(points);
  observer.tidy_passing();
}

}  // namespace heddle::explore
