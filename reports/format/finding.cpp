#include "reports/format/finding.hpp"

#include <algorithm>

namespace heddle::format {
namespace {
template <class T, class Matches>
const T* first(const std::vector<T>& all, Matches matches) {
  const auto found = std::ranges::find_if(all, matches);
  return found == all.end() ? nullptr : &*found;
}

template <class T, class Number>
const T* numbered(const std::vector<T>& sorted, Number number, Number T::*member) {
  const auto found = std::ranges::lower_bound(sorted, number, {}, member);
  return found == sorted.end() || (*found).*member != number ? nullptr : &*found;
}

template <class T, class Number>
void sort_and_thin(std::vector<T>& all, Number T::*member) {
  if (!std::ranges::is_sorted(all, {}, member)) std::ranges::stable_sort(all, {}, member);
  const auto same = [&](const T& a, const T& b) { return a.*member == b.*member; };
  all.erase(std::unique(all.begin(), all.end(), same), all.end());
}
}  // namespace

const Thread* Finding::thread(int id) const { return numbered(threads, id, &Thread::id); }

const Object* Finding::object(std::optional<int> id) const {
  return id ? numbered(objects, *id, &Object::id) : nullptr;
}

const Access* Finding::access(const char* role) const {
  return first(accesses, [&](const Access& a) { return a.role == role; });
}

const Step* Finding::step(std::uint64_t number) const { return numbered(steps, number, &Step::step); }

void put_in_order(Finding& finding) {
  sort_and_thin(finding.threads, &Thread::id);
  sort_and_thin(finding.objects, &Object::id);
  sort_and_thin(finding.steps, &Step::step);
}

}  // namespace heddle::format
