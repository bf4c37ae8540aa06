#include "checker/explore/exhaustive/probe.hpp"

namespace heddle::explore {

void ProbingExplorer::descend(const Part& part) {
  part_ = part;
  walk().start_empty(room());
  walk().add(part);
  result_ = 1;
  found_ = is_execution_ = false;
}

bool ProbingExplorer::next_graph() {
  if (!found_) {
    if (walk().find()) return true;
    found_ = true;
    if (!part_.whole) {
      if (walk().take(part_.begin)) return true;
      is_execution_ = false;
    }
  }
  std::size_t position = walk().level_begin();
  while (position < search().open_items()) {
    const std::size_t end = search().same_event_end(position);
    const auto alternatives = static_cast<std::uint32_t>(end - position);
    const bool dead_end = !is_execution_ && end == search().open_items();
    const std::uint32_t possibilities = alternatives + (dead_end ? 0 : 1);
    result_ *= possibilities;
    const std::uint32_t drawn = random_.below(possibilities);
    if (drawn == alternatives) {
      position = end;
      continue;
    }
    if (walk().take(position + drawn)) return true;
    is_execution_ = false;
    position = walk().level_begin();
  }
  if (!is_execution_) result_ = 0;
  return false;
}

}  // namespace heddle::explore
