#include "checker/frontend/wait_set.hpp"

#include "checker/frontend/objects.hpp"

namespace heddle::frontend {
namespace {

using kernel::Updated;

// Every change awaits that the set is not locked.
bool unlocked(Value set, Value) { return (set & thread_set::locked) == 0; }
bool lacks(Value set, Value thread) { return !thread_set::contains(set, static_cast<ThreadId>(thread)); }

Updated insert(Value set, Value thread, Value) {
  if ((set & thread_set::destroyed) != 0) return {set, false};
  return {thread_set::with(set, static_cast<ThreadId>(thread)), true};
}

// Writes even if there is nothing to erase: an update that declines is a load, and may read an old set.
Updated erase(Value set, Value thread, Value) {
  if ((set & thread_set::destroyed) != 0) return {set, false};
  return {thread_set::without(set, static_cast<ThreadId>(thread)), true};
}

// An empty set is written too: a notify has its place in the order of the waits even if it wakes nobody.
Updated empty_or_lock(Value set, Value count, Value) {
  if ((set & thread_set::destroyed) != 0) return {set, false};
  if (thread_set::size(set) <= count) return {0, true};
  return {set | thread_set::locked, true};
}

Updated mark_destroyed(Value set, Value, Value) { return {thread_set::destroyed, set == 0}; }

Updated set_lock(Value set, Value, Value) { return {set | thread_set::locked, true}; }

}  // namespace

Value WaitSet::change(kernel::Update update, Value operand) {
  const Value before = await_modify(record_, unlocked, 0, update, operand, Order::acq_rel, {}, site_).value;
  if ((before & thread_set::destroyed) != 0) [[unlikely]]
    fail_destroyed(site_);
  return before;
}

Value WaitSet::enter() { return change(insert, runtime::self()); }

bool WaitSet::sleep(Patience patience) {
  return !await_load(record_, lacks, runtime::self(), Order::acquire, patience, site_).timed_out;
}

bool WaitSet::remove(ThreadId thread) { return thread_set::contains(change(erase, thread), thread); }

ThreadId WaitSet::wake(ThreadId count) {
  const Value before = change(empty_or_lock, count);
  const ThreadId waiting = thread_set::size(before);
  if (waiting <= count) return waiting;
  const Value woken = choose_members(before, count);
  Value rest = before;
  for (ThreadId i = 0; i < count; ++i) rest = thread_set::without(rest, thread_set::member(woken, i));
  unlock(rest);
  return count;
}

bool WaitSet::destroy() { return change(mark_destroyed, 0) == 0; }

Value WaitSet::lock() { return change(set_lock, 0); }

void WaitSet::unlock(Value members) { store(record_, members, Order::release, site_); }

Value WaitSet::choose_members(Value candidates, ThreadId count) const {
  Value chosen = 0;
  for (ThreadId left = thread_set::size(candidates); count > 0; --count, --left) {
    const auto n = static_cast<ThreadId>(left > 1 ? choose(left, site_) : 0);
    const ThreadId thread = thread_set::member(candidates, n);
    chosen = thread_set::with(chosen, thread);
    candidates = thread_set::without(candidates, thread);
  }
  return chosen;
}

}  // namespace heddle::frontend
