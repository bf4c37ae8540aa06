#include "checker/explore/explorer.hpp"

namespace heddle::explore {

namespace {

// Nobody can ever move again: every wait is on a fact, none ends by itself, and the execution is not
// excluded.
bool is_stuck(std::span<const BlockedThread> blocked) {
  bool somebody_waits = false;
  for (const BlockedThread& b : blocked) {
    if (!b.reads_latest || b.operation->timed || b.operation->assumption) return false;
    somebody_waits = somebody_waits || !b.operation->daemon;
  }
  return somebody_waits;
}

}  // namespace

bool somebody_spins(std::span<const BlockedThread> blocked) {
  for (const BlockedThread& b : blocked) {
    if (b.spins) return true;
  }
  return false;
}

bool is_deadlock(std::span<const BlockedThread> blocked) {
  return is_stuck(blocked) && !somebody_spins(blocked);
}
bool is_livelock(std::span<const BlockedThread> blocked) {
  return is_stuck(blocked) && somebody_spins(blocked);
}

}  // namespace heddle::explore
