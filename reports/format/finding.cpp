#include "reports/format/finding.hpp"

#include <algorithm>

namespace heddle::format {
namespace {
template <class T, class Matches>
const T* first(const std::vector<T>& all, Matches matches) {
  const auto found = std::ranges::find_if(all, matches);
  return found == all.end() ? nullptr : &*found;
}
}  // namespace

const Thread* Finding::thread(int id) const {
  return first(threads, [&](const Thread& t) { return t.id == id; });
}

const Object* Finding::object(std::optional<int> id) const {
  if (!id) return nullptr;
  const auto index = static_cast<std::size_t>(*id);
  if (*id >= 0 && index < objects.size() && objects[index].id == *id) return &objects[index];
  return first(objects, [&](const Object& o) { return o.id == *id; });
}

const Access* Finding::access(const char* role) const {
  return first(accesses, [&](const Access& a) { return a.role == role; });
}

const Step* Finding::step(std::uint64_t number) const {
  if (number >= 1 && number <= steps.size() && steps[number - 1].step == number) return &steps[number - 1];
  return first(steps, [&](const Step& s) { return s.step == number; });
}

}  // namespace heddle::format
