#include "stress/fuzz/mutate.hpp"

#include <algorithm>

#include "reports/format/fuzz_page.hpp"

namespace heddle::stress {
namespace {

constexpr std::size_t prefix_bytes = 2;
constexpr std::size_t record_bytes = 3;
constexpr std::size_t scenario_max = 0xffff;

// What happens, after how many steps, which: checker/explore/random/fuzzed.hpp.
struct Record {
  std::uint8_t what;
  std::uint8_t gap;
  std::uint8_t which;
};

struct Parts {
  Input scenario;
  std::vector<Record> schedule;
};

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::size_t below(std::size_t n) {  // splitmix64
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ z >> 30U) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ z >> 27U) * 0x94d049bb133111ebULL;
    return static_cast<std::size_t>((z ^ z >> 31U) % n);
  }

 private:
  std::uint64_t state_;
};

Parts split(std::span<const std::uint8_t> input) {
  const format::FuzzRegions at = format::fuzz_regions(input.data(), input.size());
  Parts parts;
  parts.scenario.assign(input.begin() + static_cast<std::ptrdiff_t>(at.scenario),
                        input.begin() + static_cast<std::ptrdiff_t>(at.scenario + at.scenario_bytes));
  for (std::size_t i = at.schedule; i + record_bytes <= input.size(); i += record_bytes)
    parts.schedule.push_back({input[i], input[i + 1], input[i + 2]});
  return parts;
}

Input join(const Parts& parts, std::size_t most) {
  Input input;
  if (most < prefix_bytes) return input;
  const std::size_t scenario = std::min({parts.scenario.size(), scenario_max, most - prefix_bytes});
  input.reserve(most);
  for (const std::size_t byte : {scenario & 0xffU, scenario >> 8U})
    input.push_back(static_cast<std::uint8_t>(byte));
  for (std::size_t i = 0; i < scenario; ++i) input.push_back(parts.scenario[i]);
  for (const Record& r : parts.schedule) {
    if (input.size() + record_bytes > most) break;
    for (const std::uint8_t byte : {r.what, r.gap, r.which}) input.push_back(byte);
  }
  return input;
}

// Mostly short: the steps that matter are close together.
std::uint8_t random_gap(Dice& dice) {
  return static_cast<std::uint8_t>(dice.below(4) == 0 ? dice.below(256) : dice.below(12));
}

Record random_record(Dice& dice) {
  return {static_cast<std::uint8_t>(dice.below(4)), random_gap(dice),
          static_cast<std::uint8_t>(dice.below(8))};
}

// From here on the schedule is drawn by a random strategy, whose seed the record is
// (checker/explore/random/fuzzed.hpp).
Record policy(Arm arm, Dice& dice) {
  constexpr std::uint8_t first = 5;
  const Arm of_tail[] = {Arm::walk, Arm::order, Arm::priorities};
  if (arm == Arm::tail) arm = of_tail[dice.below(3)];
  const auto kind = static_cast<std::size_t>(arm) - static_cast<std::size_t>(Arm::walk) + first;
  return {static_cast<std::uint8_t>(kind + 8 * dice.below(32)), static_cast<std::uint8_t>(dice.below(256)),
          static_cast<std::uint8_t>(dice.below(256))};
}

void draw_schedule(std::vector<Record>& schedule, Arm arm, Dice& dice) {
  schedule.resize(arm == Arm::tail ? dice.below(schedule.size() + 1) : 0);
  schedule.push_back(policy(arm, dice));
  if (arm != Arm::priorities) return;
  for (std::size_t n = dice.below(4); n > 0; --n) schedule.push_back(random_record(dice));
}

void mutate_schedule(std::vector<Record>& schedule, Dice& dice) {
  if (schedule.empty() || dice.below(4) == 0) {
    schedule.insert(schedule.begin() + static_cast<std::ptrdiff_t>(dice.below(schedule.size() + 1)),
                    random_record(dice));
    return;
  }
  const std::size_t i = dice.below(schedule.size());
  const auto at = schedule.begin() + static_cast<std::ptrdiff_t>(i);
  switch (dice.below(6)) {
    case 0:  // the preemption goes to another thread, or reads another store
      at->which = static_cast<std::uint8_t>(dice.below(8));
      break;
    case 1: {  // it moves, and those after it stay where they are
      const std::uint8_t before = at->gap;
      at->gap = random_gap(dice);
      if (i + 1 < schedule.size()) {
        const int rest = schedule[i + 1].gap + before - at->gap;
        schedule[i + 1].gap = static_cast<std::uint8_t>(std::clamp(rest, 0, 255));
      }
      break;
    }
    case 2:  // it and all after it move
      at->gap = random_gap(dice);
      break;
    case 3:
      schedule.erase(at);
      break;
    case 4: {  // a few records again
      const std::size_t count = 1 + dice.below(std::min<std::size_t>(schedule.size() - i, 8));
      const std::vector<Record> again(at, at + static_cast<std::ptrdiff_t>(count));
      schedule.insert(schedule.begin() + static_cast<std::ptrdiff_t>(dice.below(schedule.size() + 1)),
                      again.begin(), again.end());
      break;
    }
    default:
      *at = random_record(dice);
      break;
  }
}

}  // namespace

Arm Portfolio::draw(std::uint64_t seed) const {
  Dice dice(seed);
  constexpr std::size_t fine = 1'000'000;
  double rates[arms];
  double sum = 0;
  for (std::size_t i = 0; i < arms; ++i) sum += rates[i] = (news_[i] + 0.05) / (tries_[i] + 1);
  double left = static_cast<double>(dice.below(fine)) / static_cast<double>(fine);
  for (std::size_t i = 0; i < arms; ++i) {
    left -= 0.5 / static_cast<double>(arms) + 0.5 * rates[i] / sum;
    if (left < 0) return static_cast<Arm>(i);
  }
  return Arm::records;
}

void Portfolio::executed(Arm arm, bool news) {
  constexpr double kept = 0.98;
  const auto i = static_cast<std::size_t>(arm);
  tries_[i] = tries_[i] * kept + 1;
  news_[i] = news_[i] * kept + (news ? 1 : 0);
}

Input mutated(std::span<const std::uint8_t> input, std::size_t most, std::uint64_t seed,
              const MutateBytes& bytes, Arm arm) {
  Dice dice(seed);
  Parts parts = split(input);
  std::size_t changes = 1 + dice.below(4);
  if (arm != Arm::records) {
    draw_schedule(parts.schedule, arm, dice);
    changes = 0;
  }
  const bool other_scenario = dice.below(parts.scenario.empty() ? 8 : 3) == 0;
  if (other_scenario) {
    const std::size_t size = parts.scenario.size();
    const std::size_t room = std::min(std::max<std::size_t>(2 * size, 16), most / 2);
    parts.scenario.resize(std::max(room, size));
    parts.scenario.resize(bytes(parts.scenario.data(), size, parts.scenario.size()));
    if (dice.below(2) == 0) changes = 0;
  }
  for (; changes > 0; --changes) mutate_schedule(parts.schedule, dice);
  return join(parts, most);
}

Input spliced(std::span<const std::uint8_t> one, std::span<const std::uint8_t> other, std::size_t most,
              std::uint64_t seed) {
  Dice dice(seed);
  const Parts first = split(one);
  const Parts second = split(other);
  Parts parts;
  parts.scenario = dice.below(2) == 0 ? first.scenario : second.scenario;
  const std::size_t kept = dice.below(first.schedule.size() + 1);
  parts.schedule.assign(first.schedule.begin(), first.schedule.begin() + static_cast<std::ptrdiff_t>(kept));
  const std::size_t from = dice.below(second.schedule.size() + 1);
  parts.schedule.insert(parts.schedule.end(), second.schedule.begin() + static_cast<std::ptrdiff_t>(from),
                        second.schedule.end());
  return join(parts, most);
}

}  // namespace heddle::stress
