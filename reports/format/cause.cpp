#include "reports/format/cause.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <regex>

#include "reports/format/names.hpp"

namespace heddle::format {
namespace {

std::string at(const Stack& stack) {
  const std::string where = place(stack.user_frame());
  return where.empty() ? "" : " at " + where;
}

const char* verb(const std::string& kind) {
  const bool writes = kind.find("write") != std::string::npos || kind.find("rmw") != std::string::npos;
  if (kind == "free") return "frees";
  if (kind == "allocation") return "allocates";
  if (kind.starts_with("atomic")) return writes ? "atomically writes" : "atomically reads";
  if (writes) return "writes";
  return kind.find("read") != std::string::npos ? "reads" : "uses";
}

std::string race(const Finding& f) {
  const Access* now = f.access("current");
  const Access* before = f.access("previous");
  if (now == nullptr || before == nullptr) return f.message;
  const std::string object = object_name(f, now->object ? now->object : before->object, now->address);
  const bool same_verb = std::string_view(verb(now->kind)) == verb(before->kind);
  return fmt::format("{} {} {}{} while {} {} it{}{}; nothing orders the two accesses",
                     thread_name(f, now->thread), verb(now->kind), object, at(now->stack),
                     thread_name(f, before->thread), verb(before->kind), same_verb ? " too" : "",
                     at(before->stack));
}

std::string waits(const Finding& f, const Blocked& b) {
  std::string text = thread_name(f, b.thread) + " " + waiting_for(f, b) + at(b.stack);
  if (b.holder && !is_join(b)) text += ", held by " + thread_name(f, *b.holder);
  return text;
}

std::string blocked(const Finding& f) {
  constexpr std::size_t named_max = 3;
  std::vector<const Blocked*> who = wait_cycle(f);
  if (who.empty()) {
    for (const Blocked& b : f.blocked) {
      if (!b.daemon) who.push_back(&b);
    }
  }
  if (who.empty()) return f.message;
  std::string text;
  for (std::size_t i = 0; i < std::min(who.size(), named_max); ++i) {
    text += (i == 0 ? "" : "; ") + waits(f, *who[i]);
  }
  if (who.size() > named_max) text += fmt::format("; and {} more threads wait", who.size() - named_max);
  return text;
}

std::string lost_wakeup(const Finding& f) {
  const Access* notify = f.access("notified_at");
  const auto waiter = std::ranges::find_if(f.blocked, [&](const Blocked& b) {
    return notify != nullptr && b.object && b.object == notify->object;
  });
  if (waiter == f.blocked.end()) return blocked(f);
  return fmt::format(
      "{} waits for {}{} for ever: the notification by {}{} came before the wait and woke nobody",
      thread_name(f, waiter->thread), object_name(f, waiter->object), at(waiter->stack),
      thread_name(f, notify->thread), at(notify->stack));
}

std::string memory_error(const Finding& f) {
  const Access* now = f.access("current");
  const Access* freed = f.access("freed_at");
  if (now == nullptr || freed == nullptr) return "";
  return fmt::format("{} {} {}{}, which {} freed{}", thread_name(f, now->thread), verb(now->kind),
                     object_name(f, now->object, now->address), at(now->stack), thread_name(f, freed->thread),
                     at(freed->stack));
}

// "thread 1" and "0x7f12..." in the program's own message, as the report calls them.
std::string with_names(const Finding& f, const std::string& message) {
  static const std::regex pattern(R"(\b[Tt]hread (\d{1,6})\b|\b0x[0-9a-f]+\b)");
  std::string text;
  std::string::const_iterator at = message.begin();
  for (std::sregex_iterator m(message.begin(), message.end(), pattern); m != std::sregex_iterator(); ++m) {
    text.append(at, (*m)[0].first);
    at = (*m)[0].second;
    const auto object = std::ranges::find_if(
        f.objects, [&](const Object& o) { return o.address == (*m)[0].str() && !o.name.empty(); });
    if ((*m)[1].matched) {
      text += thread_name(f, std::stoi((*m)[1].str()));
    } else {
      text += object == f.objects.end() ? (*m)[0].str() : object->name;
    }
  }
  return text.append(at, message.end());
}

// Who locks what while holding what: the accesses come in pairs, a lock and what was held.
std::string lock_order(const Finding& f) {
  std::string text;
  for (std::size_t i = 0; i + 1 < f.accesses.size(); ++i) {
    const Access& takes = f.accesses[i];
    const Access& holds = f.accesses[i + 1];
    if (takes.role == "acquired_at" || holds.role != "acquired_at" || takes.thread != holds.thread) continue;
    text += fmt::format("{}{} locks {}{} while it holds {}", text.empty() ? "" : "; ",
                        thread_name(f, takes.thread), object_name(f, takes.object, takes.address),
                        at(takes.stack), object_name(f, holds.object, holds.address));
  }
  return text.empty() ? "" : text + ": together they can deadlock";
}

std::string message_with_place(const Finding& f) {
  std::string text = f.message.empty() ? f.title : with_names(f, f.message);
  while (text.ends_with('.') || text.ends_with('\n')) text.pop_back();
  const Access* now = f.access("current");
  if (now == nullptr) return text;
  const std::string where = place(now->stack.user_frame());
  if (!where.empty() && text.find(where) == std::string::npos) text += " at " + where;
  return text + " in " + thread_name(f, now->thread);
}

bool releases(const std::string& order) {
  return order == "release" || order == "acq_rel" || order == "seq_cst";
}
bool acquires(const std::string& order) {
  return order == "acquire" || order == "acq_rel" || order == "seq_cst";
}
bool is_read(const Step& s) { return s.kind == "load" || s.kind == "rmw" || s.kind == "await"; }

std::string describe(const Finding& f, const Step& s, const char* what) {
  return fmt::format("{}'s {} {} of {} (step {}{})", thread_name(f, s.thread), s.order, what,
                     object_name(f, s.object), s.step, at(s.stack));
}

}  // namespace

std::string cause(const Finding& f) {
  std::string text;
  if (f.rule == "HED001") {
    text = race(f);
  } else if (f.rule == "HED002" || f.rule == "HED003" || f.rule == "HED005") {
    text = blocked(f);
  } else if (f.rule == "HED004") {
    text = lost_wakeup(f);
  } else if (f.rule == "HED017") {
    text = lock_order(f);
  } else if (f.rule == "HED011" || f.rule == "HED012") {
    text = memory_error(f);
  }
  return text.empty() ? message_with_place(f) : text;
}

std::string missing_ordering(const Finding& f) {
  const Access* now = f.access("current");
  const Access* before = f.access("previous");
  if (f.rule != "HED001" || now == nullptr || before == nullptr || now->thread == before->thread) return "";
  // A read of the second thread that saw a store the first thread did after its access would have ordered the
  // two, had their memory orders been strong enough.
  for (const Step& read : f.steps) {
    if (read.thread != now->thread || !is_read(read) || !read.source || *read.source < 1) continue;
    if (now->step && read.step > *now->step) break;
    const Step* store = f.step(static_cast<std::uint64_t>(*read.source));
    if (store == nullptr || store->thread != before->thread) continue;
    if (before->step && store->step <= *before->step) continue;
    const bool weak_store = !releases(store->order);
    const bool weak_read = !acquires(read.order);
    if (!weak_store && !weak_read) continue;
    return fmt::format("{} reads {}: {}, and {} would order the two accesses", describe(f, read, "load"),
                       describe(f, *store, "store"),
                       weak_store && weak_read ? "neither synchronizes" : "only one side synchronizes",
                       weak_store && weak_read ? "release and acquire"
                       : weak_store            ? "a release store"
                                               : "an acquire load");
  }
  return fmt::format(
      "no unlock, release store, thread start or join leads from the access by {} to the access by {}",
      thread_name(f, before->thread), thread_name(f, now->thread));
}

std::vector<const Blocked*> wait_cycle(const Finding& f) {
  std::map<int, const Blocked*> by_thread;
  for (const Blocked& b : f.blocked) by_thread[b.thread] = &b;
  for (const Blocked& first : f.blocked) {
    std::vector<const Blocked*> path;
    const Blocked* next = &first;
    while (next != nullptr && next->holder && path.size() <= by_thread.size()) {
      path.push_back(next);
      if (*next->holder == first.thread) return path;
      const auto holder = by_thread.find(*next->holder);
      next = holder == by_thread.end() ? nullptr : holder->second;
    }
  }
  return {};
}

}  // namespace heddle::format
