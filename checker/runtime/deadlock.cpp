#include "checker/runtime/deadlock.hpp"

#include <cstdio>

#include "checker/runtime/notify_log.hpp"
#include "checker/runtime/recording.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/verdict.hpp"

namespace heddle::runtime {
namespace {

ThreadId (*holder_of)(const Operation& blocked) = nullptr;

const EmptyNotify* notify_missed_by(const Operation& op) {
  if (op.site.object_kind != ObjectKind::condition && op.site.object_kind != ObjectKind::futex)
    return nullptr;
  return last_empty_notify(op.site.object);
}

void copy_blocked(std::span<const explore::BlockedThread> blocked, Verdict& v) {
  for (const explore::BlockedThread& b : blocked) {
    if (v.blocked_count == Verdict::blocked_max) return;
    BlockedInVerdict& copy = v.blocked[v.blocked_count++];
    copy.thread = b.thread;
    copy.site = b.operation->site;
    copy.spin = b.spins;
    copy.daemon = b.operation->daemon;
    copy.holder = holder_of == nullptr ? kernel::no_thread : holder_of(*b.operation);
    capture_stack(thread_at(b.thread), b.operation->site.pc, copy.stack);
  }
}

// "thread 1 in pthread_mutex_lock, thread 2 in pthread_join"
void list_blocked(const Verdict& v, char* text, std::size_t bytes) {
  constexpr std::uint32_t listed_max = 4;
  std::size_t used = 0;
  text[0] = '\0';
  for (std::uint32_t i = 0; i < v.blocked_count && i < listed_max && used < bytes; ++i) {
    const BlockedInVerdict& b = v.blocked[i];
    const int length =
        snprintf(text + used, bytes - used, "%sthread %u in %s", i == 0 ? "" : ", ", b.thread, b.site.call);
    if (length > 0) used += static_cast<std::size_t>(length);
  }
  if (v.blocked_count > listed_max && used < bytes) snprintf(text + used, bytes - used, ", ...");
}

void attach_notify(const EmptyNotify& notify) {
  Access access;
  access.role = "notified_at";
  access.kind = "notify";
  access.thread = notify.thread;
  access.address = notify.object;
  access.stack = notify.stack;
  attach(access);
}

// Nothing will ever change: every thread waits on a fact, or was stopped where it is.
bool is_final(std::span<const explore::BlockedThread> blocked) {
  for (const explore::BlockedThread& b : blocked) {
    if (has_stopped(b.thread)) continue;
    if (!b.reads_latest || b.operation->timed || b.operation->assumption) return false;
  }
  return !blocked.empty();
}

// True: the execution has been judged, by its program.
bool judged_by_program(std::span<const explore::BlockedThread> blocked) {
  const StuckJudge judge = stuck_judge();
  if (judge.judge == nullptr || !is_final(blocked)) return false;
  const char* message = "";
  const auto said = static_cast<StuckVerdict>(judge.judge(judge.context, &message));
  if (said == StuckVerdict::unjudged) return false;
  if (said == StuckVerdict::fine) return true;
  Verdict& v = verdict();
  copy_blocked(blocked, v);
  v.present = true;
  v.rule = said == StuckVerdict::nonlinearizable ? format::Rule::nonlinearizable : format::Rule::no_progress;
  v.thread = blocked.front().thread;
  v.stack = v.blocked[0].stack;
  snprintf(v.message, sizeof v.message, "%s", message);
  return true;
}

}  // namespace

void set_holder_of(ThreadId (*holder)(const Operation& blocked)) { holder_of = holder; }

void judge_blocked(const explore::Explorer& explorer) {
  const std::span<const explore::BlockedThread> blocked = explorer.blocked_threads();
  if (judged_by_program(blocked)) return;
  const bool deadlock = explore::is_deadlock(blocked);
  if (!deadlock && !explore::is_livelock(blocked)) return;
  Verdict& v = verdict();
  copy_blocked(blocked, v);
  char threads[512];
  list_blocked(v, threads, sizeof threads);
  v.present = true;
  v.thread = blocked.front().thread;
  v.stack = v.blocked[0].stack;
  if (!deadlock) {
    v.rule = format::Rule::livelock;
    snprintf(v.message, sizeof v.message, "the threads spin for ever: %s", threads);
    return;
  }
  v.rule = format::Rule::deadlock;
  snprintf(v.message, sizeof v.message, "no thread can continue: %s", threads);
  for (const explore::BlockedThread& b : blocked) {
    const EmptyNotify* const missed = notify_missed_by(*b.operation);
    if (missed == nullptr) continue;
    v.rule = format::Rule::lost_wakeup;
    v.thread = b.thread;
    snprintf(v.message, sizeof v.message,
             "thread %u waits for ever in %s: %s by thread %u came when nobody waited (%s)", b.thread,
             b.operation->site.call, missed->call, missed->thread, threads);
    attach_notify(*missed);
    return;
  }
}

}  // namespace heddle::runtime
