#include "checker/runtime/access_log.hpp"

#include "checker/runtime/finding.hpp"
#include "checker/runtime/hot_state.hpp"
#include "checker/runtime/record_pool.hpp"
#include "checker/runtime/shadow.hpp"
#include "checker/runtime/stack_depot.hpp"

namespace heddle::runtime {
namespace {

struct Entry {
  std::uintptr_t cell;  // address / cell_bytes
  detect::Mark mark;
  MemoryRange whole;
  std::uint64_t step;
  StackId stack;
};
// The oldest are overwritten: the earlier half of a race is rarely this long ago.
constexpr std::size_t entries_max = std::size_t{1} << 22;

RecordPool<Entry, 4096> entries;
std::size_t logged = 0;

}  // namespace

void log_access(std::uintptr_t address, const MemoryRange& whole, const detect::Access& access,
                std::uintptr_t pc) {
  Entry& entry = entries.size() < entries_max ? entries.add() : entries[logged % entries_max];
  ++logged;
  entry = {address / cell_bytes, detect::mark_of(access), whole, trace_position(),
           store_stack(*hot.current, pc)};
}

bool find_logged_access(std::uintptr_t address, const detect::Access& wanted, LoggedAccess& out) {
  const detect::Mark mark = detect::mark_of(wanted);
  for (std::size_t back = 1; back <= entries.size(); ++back) {
    const Entry& entry = entries[(logged - back) % entries_max];
    const bool same = ((entry.mark ^ mark) & ~detect::mark_mask_bits) == 0;
    if (!same || (entry.mark & mark & detect::mark_mask_bits) == 0) continue;
    if (entry.cell != address / cell_bytes) continue;
    out.whole = entry.whole;
    out.step = entry.step;
    load_stack(entry.stack, out.stack);
    return true;
  }
  return false;
}

void reset_access_log() {
  entries.shrink(0);
  logged = 0;
}

}  // namespace heddle::runtime
