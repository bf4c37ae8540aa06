#include "checker/explore/explorer.hpp"

namespace heddle::explore {

bool is_deadlock(std::span<const BlockedThread> blocked) {
  bool somebody_waits = false;
  for (const BlockedThread& b : blocked) {
    if (!b.reads_latest || b.operation->timed) return false;
    somebody_waits = somebody_waits || !b.operation->daemon;
  }
  return somebody_waits;
}

}  // namespace heddle::explore
