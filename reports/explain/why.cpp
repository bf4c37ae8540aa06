#include "reports/explain/why.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <vector>

#include "reports/explain/trying.hpp"
#include "reports/format/cause.hpp"
#include "reports/format/names.hpp"
#include "reports/format/rule_lookup.hpp"

namespace heddle::report {
namespace {

using format::Access;
using format::Blocked;
using format::Finding;
using format::LockSpan;
using format::Rule;
using format::Stack;
using format::Step;

std::string at(const Stack& stack) {
  const std::string place = format::place(stack.user_frame());
  return place.empty() ? "" : " at " + place;
}

std::string name_of(const Finding& f, int thread) { return format::thread_name(f, thread); }

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return text;
}

// The locks a thread has at an access.
std::vector<LockSpan> locks_at(const Finding& f, const Access& a) {
  std::vector<LockSpan> held;
  for (const LockSpan& lock : f.locks) {
    if (a.step && lock.thread == a.thread && lock.first <= *a.step && (!lock.last || *lock.last > *a.step))
      held.push_back(lock);
  }
  return held;
}

std::string locks_in_words(const Finding& f, const Access& a) {
  if (!a.step) return "";
  std::vector<std::string> names;
  for (const LockSpan& lock : locks_at(f, a))
    names.push_back(format::object_name(f, lock.object) + (lock.shared ? " (shared)" : ""));
  return name_of(f, a.thread) +
         (names.empty() ? " holds no lock there" : " holds " + listed(names) + " there");
}

// Reads that saw a value although a newer one had been written: what a machine with caches and buffers does,
// and what people overlook.
std::string old_values(const Finding& f) {
  constexpr int told_max = 2;
  std::string text;
  int told = 0;
  std::map<int, const Step*> newest;
  for (const Step& s : f.steps) {
    const auto last = s.object ? newest.find(*s.object) : newest.end();
    const bool old =
        s.source && last != newest.end() && *s.source < static_cast<std::int64_t>(last->second->step);
    if (old && s.value && told++ < told_max) {
      const Step& store = *last->second;
      text += fmt::format(
          "In step {} {} still reads {} from {}{}, although {} had written {} in step {}: the memory model "
          "allows "
          "that, as nothing orders the store before the load. ",
          s.step, name_of(f, s.thread), *s.value, format::object_name(f, s.object), at(s.stack),
          name_of(f, store.thread), store.written.value_or("another value"), store.step);
    }
    if (s.object && s.written && s.mo_last) newest[*s.object] = &s;
  }
  return text;
}

// Where the scheduler stepped in: threads that were left although they could have gone on.
std::string preemptions(const Finding& f) {
  constexpr std::size_t told_max = 2;
  std::vector<std::string> told;
  std::size_t count = 0;
  for (std::size_t i = 1; i < f.schedule.size(); ++i) {
    const format::Turn& turn = f.schedule[i];
    if (turn.why != "preempted" || ++count > told_max) continue;
    const Step* last = f.step(f.schedule[i - 1].last);
    if (last == nullptr) continue;
    told.push_back(fmt::format("{} is interrupted after step {}{}, where {} goes on",
                               name_of(f, last->thread), last->step, at(last->stack),
                               name_of(f, turn.thread)));
  }
  if (told.empty()) return "";
  return "It takes an unlucky moment: " + listed(told) + (count > told_max ? ", and more" : "") + ". ";
}

std::string how_it_came(const Finding& f) { return preemptions(f) + old_values(f); }

// What would order two accesses, where no memory order would.
std::string order_by_lock(const Finding& f, const Access& before, const Access& now) {
  if (!f.fixes.empty()) return "";
  const std::vector<LockSpan> first = locks_at(f, before);
  const std::vector<LockSpan> second = locks_at(f, now);
  for (const LockSpan& lock : first) {
    const auto same = std::ranges::find(second, lock.object, &LockSpan::object);
    if (same != second.end() && lock.shared && same->shared)
      return format::object_name(f, lock.object) + " must be held exclusively where it is written. ";
  }
  if (first.empty() == second.empty()) {
    return fmt::format("Guard both accesses with one mutex, or make {} atomic. ",
                       format::object_name(f, now.object ? now.object : before.object, now.address));
  }
  const Access& without = first.empty() ? before : now;
  return fmt::format("If {} took {} too{}, the two would be ordered. ", name_of(f, without.thread),
                     format::object_name(f, (first.empty() ? second : first).front().object),
                     at(without.stack));
}

std::string race(const Finding& f) {
  const Access* now = f.access("current");
  const Access* before = f.access("previous");
  if (now == nullptr || before == nullptr) return "";
  std::string text = fmt::format(
      "Two threads use {} without agreeing on who is first, and at least one of them changes it. An access "
      "is safe "
      "only if it happens before the other: through a lock that both hold, a release store that the other "
      "thread "
      "reads with an acquire load, a thread's start, or a join. ",
      format::object_name(f, now->object ? now->object : before->object, now->address));
  const std::string first = locks_in_words(f, *before);
  const std::string second = locks_in_words(f, *now);
  if (!first.empty() && !second.empty()) text += first + ", and " + second + ". ";
  return text +
         "The language gives a program with such a race no meaning at all: the compiler may keep the value "
         "in a "
         "register, split the access or move it. " +
         order_by_lock(f, *before, *now);
}

std::string holding(const Finding& f, int thread) {
  std::vector<std::string> held;
  for (const format::Held& h : f.held) {
    if (h.thread == thread) held.push_back(format::object_name(f, h.object) + at(h.stack));
  }
  return held.empty() ? "" : " has taken " + listed(held) + " and";
}

std::string deadlock(const Finding& f) {
  const auto cycle = format::wait_cycle(f);
  std::string text;
  for (const Blocked* b : cycle) {
    text += fmt::format("{}{} {}{}", name_of(f, b->thread), holding(f, b->thread), format::waiting_for(f, *b),
                        at(b->stack));
    if (b->holder && !format::is_join(*b)) text += ", which " + name_of(f, *b->holder) + " has";
    text += ". ";
  }
  if (cycle.size() == 1) {
    return text +
           "It waits for itself. A lock that is not recursive cannot be taken again by the thread that has "
           "it, nor "
           "can a shared one be turned into an exclusive one. ";
  }
  if (!cycle.empty()) {
    return "Each of the threads waits for something that only the next one could give back: " + text +
           "They go round in a circle, so none will ever go on. Take the locks in the same order everywhere, "
           "or "
           "together (std::scoped_lock), or do not hold one while waiting for another thread. ";
  }
  for (const Blocked& b : f.blocked) {
    if (b.daemon) continue;
    text += fmt::format("{} {}{}{}. ", name_of(f, b.thread), format::waiting_for(f, b), at(b.stack),
                        b.holder && !format::is_join(b) ? ", which " + name_of(f, *b.holder) + " has" : "");
  }
  return text +
         "Nobody is left who could end these waits: every other thread has ended, or waits too. Look for the "
         "notification, unlock, or count that should have come, and for the path on which it does not. ";
}

std::string lost_wakeup(const Finding& f) {
  const Access* notify = f.access("notified_at");
  const auto waiter = std::ranges::find_if(f.blocked, [&](const Blocked& b) {
    return notify != nullptr && b.object && b.object == notify->object;
  });
  if (waiter == f.blocked.end()) return deadlock(f);
  const std::string object = format::object_name(f, notify->object);
  return fmt::format(
             "A notification is not remembered: if nobody waits when it comes, it is gone. {} notified "
             "{}{}{} "
             "before {} began to wait{}, and nobody notifies again. ",
             name_of(f, notify->thread), object, at(notify->stack),
             notify->step ? fmt::format(" (step {})", *notify->step) : "", name_of(f, waiter->thread),
             at(waiter->stack)) +
         old_values(f) +
         fmt::format(
             "Change what the waiter checks while holding the mutex it waits with, and let it check under "
             "that "
             "mutex before it waits: then the check and the wait are one step for {}. ",
             name_of(f, notify->thread));
}

std::string livelock(const Finding& f) {
  std::string text;
  for (const Blocked& b : f.blocked) {
    if (b.spin)
      text += fmt::format("{} {}{}. ", name_of(f, b.thread), format::waiting_for(f, b), at(b.stack));
  }
  return text +
         "The value it waits for is never written: whoever could write it has ended, waits too, or was ready "
         "to "
         "write it only once. Look for the path on which the flag is not set. ";
}

std::string freed(const Finding& f) {
  const Access* now = f.access("current");
  const Access* free = f.access("freed_at");
  if (now == nullptr || free == nullptr) return "";
  return fmt::format(
      "{} frees {}{} while {} still uses it{}: the two are not ordered, or in the wrong order. Free memory "
      "only when "
      "nobody can reach it any more: after joining its users, or when the last of counted references goes. ",
      name_of(f, free->thread), format::object_name(f, now->object, now->address), at(free->stack),
      name_of(f, now->thread), at(now->stack));
}

std::string lock_order(const Finding&) {
  return "A prediction: this execution takes the same locks in different orders, one after the other; with "
         "other timing each thread has one lock and waits for the other. Take them in the same order "
         "everywhere, or together (std::scoped_lock). ";
}

// Rules whose explanation is the same for every finding, beside how it came.
const char* general(Rule rule) {
  switch (rule) {
    case Rule::assertion:
      return "The program's own check fails in this interleaving: what it asserts does not hold for every "
             "order in "
             "which the threads can move. ";
    case Rule::abort:
      return "The program gave up by itself in this interleaving. std::terminate is called, among others, "
             "when a "
             "thread object that is neither joined nor detached is destroyed. ";
    case Rule::uncaught_exception:
      return "An exception left a thread's function, and then std::terminate ends the whole program: "
             "exceptions do "
             "not travel from one thread to another by themselves. Catch it in the thread, or hand it over "
             "with a "
             "std::promise. ";
    case Rule::crash:
      return "In this interleaving a thread uses an address that is not there, most often because another "
             "thread "
             "changed a pointer between the check and the use. ";
    case Rule::stack_overflow:
      return "In this interleaving a recursion or a traversal does not end, because another thread changed "
             "what it "
             "walks over. ";
    case Rule::heap_overflow:
      return "In this interleaving an index or a length is wrong when it is used, most often because another "
             "thread "
             "changed it between the check and the use. ";
    case Rule::leak:
      return "In this interleaving the last pointer to the block is lost before it is freed. ";
    case Rule::misuse:
      return "A synchronisation object was used in a way its contract rules out; on a real machine this may "
             "pass, "
             "hang or corrupt the object. ";
    case Rule::destroyed_in_use:
      return "A synchronisation object may be destroyed only when no thread uses it or will use it. "
             "Destroying it "
             "must happen after the last use: join the users first. ";
    case Rule::stack_use_after_scope:
      return "What lives on a thread's stack, or is thread-local, ends with that thread. Another thread "
             "still had "
             "its address. ";
    case Rule::uninitialised:
      return "The object is read before anything was written to it: its initialisation is not ordered before "
             "the "
             "read. ";
    case Rule::nonlinearizable:
      return "No order of the operations, one after the other, explains the results: an operation is seen "
             "half done "
             "by another. ";
    case Rule::no_progress:
      return "An operation was promised to finish whatever the other threads do. Here another thread stops "
             "for good in the middle of its own operation, and this one waits for it: for a lock it holds, "
             "or "
             "for a change it has begun. Let an operation that meets a half-done one complete it (help) or "
             "undo it, or promise less. ";
    case Rule::process_exit:
      return "In this interleaving the program itself reports failure with its exit status. ";
    case Rule::hang:
      return "In this interleaving a thread computes for ever without touching anything shared, most often "
             "because "
             "another thread damaged what it walks over. ";
    default:
      return "";
  }
}

}  // namespace

std::string why(const Finding& f) {
  const auto rule = format::rule_of(f.rule);
  if (!rule) return "";
  std::string text;
  switch (*rule) {
    case Rule::data_race:
      text = race(f);
      break;
    case Rule::deadlock:
    case Rule::partial_deadlock:
      text = deadlock(f) + preemptions(f);
      break;
    case Rule::lost_wakeup:
      text = lost_wakeup(f);
      break;
    case Rule::livelock:
      text = livelock(f) + how_it_came(f);
      break;
    case Rule::use_after_free:
    case Rule::double_free:
      text = freed(f) + how_it_came(f);
      break;
    case Rule::lock_order:
      text = lock_order(f);
      break;
    default:
      text = general(*rule) + how_it_came(f);
  }
  text += fixes_in_words(f);
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

}  // namespace heddle::report
