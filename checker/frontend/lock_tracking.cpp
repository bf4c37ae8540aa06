#include "checker/frontend/lock_tracking.hpp"

#include "checker/detect/lock_order.hpp"
#include "checker/detect/wait_for.hpp"
#include "checker/frontend/objects.hpp"
#include "checker/runtime/finding.hpp"
#include "checker/runtime/fuzz_channel.hpp"
#include "checker/runtime/verdict.hpp"

namespace heddle::frontend {
namespace {

using runtime::StackTrace;

// Of one execution. `stacks`: where locks were taken, in traced executions; HeldLock::stack numbers them from
// 1.
struct Tracking {
  std::uint64_t execution = 0;
  detect::LockOrder order;
  kernel::Vector<StackTrace> stacks;
};
union Storage {
  Tracking tracking;
  constexpr Storage() : tracking{} {}
  ~Storage() {}
};
constinit Storage storage;

Tracking& tracking() {
  Tracking& present = storage.tracking;
  if (present.execution != runtime::hot.execution) {
    present.execution = runtime::hot.execution;
    present.order.clear();
    present.stacks.clear();
  }
  return present;
}

std::uint32_t keep_stack(std::uintptr_t pc) {
  kernel::Vector<StackTrace>& stacks = tracking().stacks;
  stacks.emplace_back();
  runtime::capture_stack(runtime::current_thread(), pc, stacks.back());
  return static_cast<std::uint32_t>(stacks.size());
}

void stack_of(const detect::HeldLock& lock, StackTrace& out) {
  if (lock.stack != 0) {
    out = tracking().stacks[lock.stack - 1];
    return;
  }
  out = {};
  out.depth = 1;
  out.pc[0] = lock.pc;
}

// ---- who waits for whom
// -------------------------------------------------------------------------------------------

bool is_live(ThreadId thread) { return thread < runtime::thread_count(); }

class Waits final : public detect::WaitGraph {
 public:
  std::uint32_t needed_by(ThreadId thread, ThreadId* out, std::uint32_t room) const override {
    if (has_ended(thread)) return 0;
    const WaitEdge& edge = posix_thread(thread).waits;
    if (edge.what == WaitEdge::For::nothing) return 0;
    if (edge.what == WaitEdge::For::thread) {
      // The one being joined is not lost by having ended.
      if (has_ended(edge.thread)) return 0;
      out[0] = edge.thread;
      return 1;
    }
    if (edge.record->state[owner_word] != 0) {
      out[0] = static_cast<ThreadId>(edge.record->state[owner_word] - 1);
      return 1;
    }
    if (edge.shared || edge.record->kind != ObjectKind::rwlock) return 0;
    std::uint32_t count = 0;
    for (ThreadId reader = 0; is_live(reader) && count < room; ++reader) {
      if (shared_depth(*edge.record, reader) != 0) out[count++] = reader;
    }
    return count;
  }
  bool has_ended(ThreadId thread) const override { return runtime::thread_at(thread).exited; }
};

// One entry of the chain, for the report.
void add_blocked(ThreadId thread, ThreadId holder, const CallSite& site) {
  runtime::Verdict& verdict = runtime::verdict();
  if (verdict.blocked_count == runtime::Verdict::blocked_max) return;
  runtime::BlockedInVerdict& entry = verdict.blocked[verdict.blocked_count++];
  entry = {};
  entry.thread = thread;
  entry.holder = holder;
  entry.site = site;
  runtime::capture_stack(runtime::thread_at(thread), site.pc, entry.stack);
}

[[noreturn]] void fail_stuck(const detect::WaitChain& chain, const CallSite& site) {
  const std::uint32_t waiting = chain.closed ? chain.length : chain.length - 1;
  for (std::uint32_t i = 0; i < waiting; ++i) {
    const ThreadId thread = chain.threads[i];
    const kernel::Operation* pending = runtime::thread_at(thread).pending;
    add_blocked(thread, chain.threads[(i + 1) % chain.length],
                thread == runtime::self() || pending == nullptr ? site : pending->site);
  }
  const ThreadId last = chain.threads[chain.length - 1];
  if (!chain.closed) {
    runtime::fail_at(Rule::partial_deadlock, site.pc,
                     "Thread %u waits for what thread %u held when it ended.", runtime::self(), last);
  }
  if (chain.length == 1) {
    runtime::fail_at(Rule::partial_deadlock, site.pc, "Thread %u waits for itself.", runtime::self());
  }
  runtime::fail_at(Rule::partial_deadlock, site.pc, "%u threads wait for each other, among them %u and %u.",
                   chain.length, runtime::self(), last);
}

// A deadlock that nothing escapes is left to the end of the execution, which shows every thread in it.
void check_stuck(const CallSite& site) {
  const Waits waits;
  detect::WaitChain chain;
  if (!detect::find_stuck_chain(waits, runtime::self(), chain)) return;
  if (detect::all_are_stuck(waits, chain, runtime::thread_count())) return;
  fail_stuck(chain, site);
}

// ---- lock order
// ---------------------------------------------------------------------------------------------------

// Whether any other thread could be running: before the first spawn and after the last join, no order of
// locks matters.
bool others_run() {
  for (ThreadId thread = 0; is_live(thread); ++thread) {
    if (thread == runtime::self()) continue;
    const runtime::Thread& other = runtime::thread_at(thread);
    if (!other.exited) return true;
    if (!posix_thread(thread).joined && !posix_thread(thread).detached) return true;
  }
  return false;
}

void report_cycle(const detect::LockOrderCycle& cycle, std::uintptr_t pc) {
  for (std::uint32_t i = 0; i < cycle.length; ++i) {
    const detect::LockOrderEdge& edge = *cycle.edges[i];
    runtime::Access access;
    access.role = i == 0 ? "current" : "previous";
    access.kind = "lock";
    access.thread = edge.thread;
    access.address = edge.to.object;
    stack_of(edge.to, access.stack);
    runtime::attach(access);
    access.role = "acquired_at";
    access.address = edge.from.object;
    stack_of(edge.from, access.stack);
    runtime::attach(access);
  }
  const detect::LockOrderEdge& first = *cycle.edges[0];
  const detect::LockOrderEdge& second = *cycle.edges[1];
  runtime::note(
      Rule::lock_order, pc,
      "Thread %u takes the %s %#zx while it holds %#zx; thread %u takes %#zx while it holds %#zx%s.",
      first.thread, kind_name(first.to.kind), first.to.object, first.from.object, second.thread,
      second.to.object, second.from.object, cycle.length > 2 ? ", and further threads close the circle" : "");
}

// ---- what the runtime asks
// ----------------------------------------------------------------------------------------

ThreadId holder_of(const kernel::Operation& blocked) {
  if (blocked.site.object_kind == ObjectKind::thread) return runtime::thread_of(blocked.site.object);
  const ObjectRecord* record = runtime::find_object(blocked.site.object);
  return record != nullptr ? any_holder(*record) : kernel::no_thread;
}

void enumerate_held(void (*visit)(const runtime::HeldLock& lock)) {
  for (ThreadId thread = 0; is_live(thread); ++thread) {
    for (const detect::HeldLock& lock : posix_thread(thread).held.all()) {
      if (lock.is_permit) continue;
      runtime::HeldLock held;
      held.thread = thread;
      held.object = lock.object;
      stack_of(lock, held.acquired_at);
      visit(held);
    }
  }
}

}  // namespace

void wait_for_lock(const ObjectRecord& record, bool shared, const CallSite& site) {
  WaitEdge& edge = my_posix_thread().waits;
  edge.what = WaitEdge::For::lock;
  edge.shared = shared;
  edge.record = &record;
  if (record.state[owner_word] != 0 || (record.kind == ObjectKind::rwlock && !shared)) [[unlikely]]
    check_stuck(site);
}

void wait_for_thread(ThreadId thread, const CallSite& site) {
  WaitEdge& edge = my_posix_thread().waits;
  edge.what = WaitEdge::For::thread;
  edge.thread = thread;
  const bool waits =
      !runtime::thread_at(thread).exited && posix_thread(thread).waits.what != WaitEdge::For::nothing;
  if (waits) check_stuck(site);
}

void lock_taken(ObjectRecord& record, bool shared, Asked asked, const CallSite& site) {
  PosixThread& me = my_posix_thread();
  me.waits.what = WaitEdge::For::nothing;
  if (shared) {
    if (detect::HeldLock* lock = me.held.find(record.location)) {
      ++lock->depth;
      return;
    }
  } else {
    record.state[owner_word] = runtime::self() + 1U;
    record.state[depth_word] = 1;
  }
  detect::HeldLock lock;
  lock.location = record.location;
  lock.object = record.address;
  lock.pc = site.pc;
  lock.kind = record.kind;
  lock.shared = shared;
  lock.depth = 1;
  if (runtime::hot.tracing) [[unlikely]]
    lock.stack = keep_stack(site.pc);
  if (asked == Asked::blocking && !me.held.empty() && others_run()) {
    const detect::LockOrderCycle* cycle = tracking().order.taken(runtime::self(), me.held.all(), lock);
    if (cycle != nullptr) report_cycle(*cycle, site.pc);
    for (const detect::HeldLock& held : me.held.all())
      runtime::tell_fuzzer(held.pc * 0xd1342543de82ef95U + site.pc + runtime::self());
  }
  me.held.add(lock);
}

bool lock_released(ObjectRecord& record) {
  PosixThread& me = my_posix_thread();
  if (owned_by_me(record)) {
    record.state[owner_word] = 0;
    record.state[depth_word] = 0;
    return me.held.remove(record.location);
  }
  detect::HeldLock* lock = me.held.find(record.location);
  if (lock == nullptr) return false;
  if (--lock->depth == 0) me.held.remove(record.location);
  return true;
}

void permit_taken(const ObjectRecord& record, const CallSite& site) {
  detect::HeldLocks& held = my_posix_thread().held;
  if (detect::HeldLock* permit = held.find(record.location)) {
    ++permit->depth;
    return;
  }
  detect::HeldLock permit;
  permit.location = record.location;
  permit.object = record.address;
  permit.pc = site.pc;
  permit.kind = record.kind;
  permit.is_permit = true;
  permit.permits = static_cast<std::uint32_t>(record.initial);
  permit.depth = 1;
  held.add(permit);
}

void permit_given(const ObjectRecord& record) {
  detect::HeldLocks& held = my_posix_thread().held;
  detect::HeldLock* permit = held.find(record.location);
  if (permit != nullptr && --permit->depth == 0) held.remove(record.location);
}

std::uint32_t shared_depth(const ObjectRecord& record, ThreadId thread) {
  const detect::HeldLock* lock = posix_thread(thread).held.find(record.location);
  return lock != nullptr && lock->shared ? lock->depth : 0;
}

ThreadId any_holder(const ObjectRecord& record) {
  if (record.state[owner_word] != 0) return static_cast<ThreadId>(record.state[owner_word] - 1);
  if (record.kind != ObjectKind::rwlock) return kernel::no_thread;
  for (ThreadId thread = 0; is_live(thread); ++thread) {
    if (shared_depth(record, thread) != 0) return thread;
  }
  return kernel::no_thread;
}

void install_lock_tracking() {
  runtime::set_holder_of(holder_of);
  runtime::set_enumerate_held(enumerate_held);
}

}  // namespace heddle::frontend
