#include "checker/explore/exhaustive/part.hpp"

#include <limits>

namespace heddle::explore {
namespace {

bool take_small(const std::uint8_t*& at, const std::uint8_t* end, std::uint32_t& number) {
  std::uint64_t wide = 0;
  if (!take_number(at, end, wide) || wide > std::numeric_limits<std::uint32_t>::max()) return false;
  number = static_cast<std::uint32_t>(wide);
  return true;
}

}  // namespace

void put_number(Bytes& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) out.push_back(static_cast<std::uint8_t>(number | 0x80));
  out.push_back(static_cast<std::uint8_t>(number));
}

bool take_number(const std::uint8_t*& at, const std::uint8_t* end, std::uint64_t& number) {
  number = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (at == end) return false;
    const std::uint8_t byte = *at++;
    number |= std::uint64_t{byte & 0x7fU} << shift;
    if ((byte & 0x80) == 0) return true;
  }
  return false;
}

std::uint64_t fnv(const char* data, std::size_t bytes, std::uint64_t hash) {
  for (std::size_t i = 0; i < bytes; ++i) {
    hash = (hash ^ static_cast<unsigned char>(data[i])) * 0x0000'0100'0000'01b3U;
  }
  return hash;
}

void put_part(Bytes& out, const Part& part) {
  put_number(out, part.whole ? 1 : 0);
  if (part.whole) return;
  put_number(out, part.way.size());
  for (const Part::Step& step : part.way) {
    put_number(out, step.pushed);
    put_number(out, step.taken);
  }
  put_number(out, part.pushed);
  put_number(out, part.begin);
  put_number(out, part.end);
}

bool take_part(const std::uint8_t*& at, const std::uint8_t* end, Part& part) {
  std::uint64_t whole = 0;
  std::uint64_t steps = 0;
  if (!take_number(at, end, whole) || whole > 1) return false;
  part = {};
  part.whole = whole == 1;
  if (part.whole) return true;
  if (!take_number(at, end, steps) || steps > static_cast<std::uint64_t>(end - at)) return false;
  std::uint64_t open = 0;  // items when the last graph of the way has run
  for (std::uint64_t i = 0; i < steps; ++i) {
    Part::Step step;
    if (!take_small(at, end, step.pushed) || !take_small(at, end, step.taken)) return false;
    if (step.taken >= step.pushed) return false;
    open += step.taken;
    part.way.push_back(step);
  }
  if (!take_small(at, end, part.pushed) || !take_small(at, end, part.begin) || !take_small(at, end, part.end))
    return false;
  return part.begin < part.end && part.end <= open + part.pushed;
}

}  // namespace heddle::explore
