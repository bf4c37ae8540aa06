#include "reports/format/stack.hpp"

#include <algorithm>

namespace heddle::format {

const Frame* Stack::user_frame() const {
  const auto own = std::ranges::find_if(frames, [](const Frame& f) { return !f.library && f.line > 0; });
  if (own != frames.end()) return &*own;
  const auto any = std::ranges::find_if(frames, [](const Frame& f) { return !f.library; });
  if (any != frames.end()) return &*any;
  return frames.empty() ? nullptr : &frames.front();
}

}  // namespace heddle::format
