#include "reports/explain/step_text.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <utility>

#include "reports/format/names.hpp"

namespace heddle::report {
namespace {

using format::Finding;
using format::Object;
using format::Step;

constexpr std::array<std::pair<std::string_view, std::string_view>, 41> methods = {{
    {"pthread_mutex_lock", "lock"},
    {"pthread_mutex_trylock", "try_lock"},
    {"pthread_mutex_timedlock", "try_lock_until"},
    {"pthread_mutex_clocklock", "try_lock_until"},
    {"pthread_mutex_unlock", "unlock"},
    {"pthread_spin_lock", "lock"},
    {"pthread_spin_trylock", "try_lock"},
    {"pthread_spin_unlock", "unlock"},
    {"pthread_rwlock_rdlock", "lock_shared"},
    {"pthread_rwlock_tryrdlock", "try_lock_shared"},
    {"pthread_rwlock_timedrdlock", "try_lock_shared_until"},
    {"pthread_rwlock_clockrdlock", "try_lock_shared_until"},
    {"pthread_rwlock_wrlock", "lock"},
    {"pthread_rwlock_trywrlock", "try_lock"},
    {"pthread_rwlock_timedwrlock", "try_lock_until"},
    {"pthread_rwlock_clockwrlock", "try_lock_until"},
    {"pthread_rwlock_unlock", "unlock"},
    {"pthread_cond_wait", "wait"},
    {"pthread_cond_timedwait", "wait_until"},
    {"pthread_cond_clockwait", "wait_until"},
    {"pthread_cond_signal", "notify_one"},
    {"pthread_cond_broadcast", "notify_all"},
    {"pthread_barrier_wait", "arrive_and_wait"},
    {"sem_wait", "wait"},
    {"sem_trywait", "try_wait"},
    {"sem_timedwait", "wait_until"},
    {"sem_clockwait", "wait_until"},
    {"sem_post", "post"},
    {"sem_getvalue", "value"},
    {"futex_wait", "futex_wait"},
    {"futex_wake", "futex_wake"},
    {"atomic_flag_test_and_set", "test_and_set"},
    {"mtx_lock", "lock"},
    {"mtx_unlock", "unlock"},
    {"cnd_wait", "wait"},
    {"cnd_signal", "notify_one"},
    {"cnd_broadcast", "notify_all"},
    {"cnd_timedwait", "wait_until"},
    {"mtx_trylock", "try_lock"},
    {"mtx_timedlock", "try_lock_until"},
    {"thread_exit", "exit"},
}};

bool is_try(std::string_view method) { return method.starts_with("try_"); }

// Large numbers are pointers or bit patterns, which people know in hexadecimal.
std::string value_of(const std::optional<std::string>& value) {
  constexpr std::uint64_t decimal_max = 1U << 31U;
  if (!value) return "?";
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(value->data(), value->data() + value->size(), number);
  const bool whole = failed == std::errc() && end == value->data() + value->size();
  return whole && number > decimal_max ? fmt::format("{:#x}", number) : *value;
}

std::string read_from(const Step& step, const Step* newest) {
  if (!step.source) return "";
  std::string text = *step.source < 1 ? "initial value" : fmt::format("from step {}", *step.source);
  if (newest != nullptr && *step.source < static_cast<std::int64_t>(newest->step)) {
    text += fmt::format("; stale: newest is {}, step {}", value_of(newest->written), newest->step);
  }
  return " (" + text + ")";
}

std::string with_order(std::string arguments, const std::string& order) {
  if (order.empty()) return arguments;
  return arguments.empty() ? order : arguments + ", " + order;
}

std::string atomic(const Finding& finding, const Step& step, const Step* newest) {
  const std::string object = format::object_name(finding, step.object);
  const std::string method = method_name(step.call);
  if (step.kind == "store")
    return fmt::format("{}.{}({})", object, method, with_order(value_of(step.written), step.order));
  const std::string call = fmt::format("{}.{}({})", object, method, with_order("", step.order));
  const std::string source = read_from(step, newest);
  if (step.kind == "load" || !step.written) {
    const bool failed = method.find("compare_exchange") != std::string::npos;
    return fmt::format("{} → {}{}{}", call, failed ? "fails, reads " : "", value_of(step.value), source);
  }
  return fmt::format("{}: {} → {}{}", call, value_of(step.value), value_of(step.written), source);
}

std::string synchronisation(const Finding& finding, const Step& step) {
  const std::string method = method_name(step.call);
  std::string text =
      step.object && method != step.call
          ? fmt::format("{}.{}()", format::object_name(finding, step.object), method)
          : fmt::format("{}({})", step.call, step.object ? format::object_name(finding, step.object) : "");
  if (step.timed_out) return text + " → timed out";
  if (is_try(method) && step.kind != "choose") text += fmt::format(" → {}", step.written.has_value());
  const Step* source =
      step.source && *step.source > 0 ? finding.step(static_cast<std::uint64_t>(*step.source)) : nullptr;
  if (source != nullptr && source->thread != step.thread)
    text += fmt::format(" (after step {})", source->step);
  return text;
}

std::string spawn(const Finding& finding, const Step& step) {
  if (!step.value) return "starts a thread";
  return "starts " + format::thread_title(finding, std::atoi(step.value->c_str()));
}

// The thread is named by the step that ended it.
std::string join(const Finding& finding, const Step& step) {
  const Step* end =
      step.source && *step.source > 0 ? finding.step(static_cast<std::uint64_t>(*step.source)) : nullptr;
  if (end == nullptr) return "join()";
  return fmt::format("join({})", format::thread_name(finding, end->thread));
}

}  // namespace

std::string method_name(const std::string& call) {
  for (const auto& [recorded, method] : methods) {
    if (recorded == call) return std::string(method);
  }
  // "atomic load", and the names of C11's functions
  if ((call.starts_with("atomic ") || call.starts_with("atomic_")) && !call.ends_with("_fence"))
    return call.substr(7);
  return call;
}

std::string step_text(const Finding& finding, const Step& step, const Step* newest) {
  if (step.kind == "spawn") return spawn(finding, step);
  if (step.kind == "exit") return "ends";
  if (step.kind == "finish") return "the process ends";
  if (step.kind == "fence") return fmt::format("fence({})", step.order);
  if (step.kind == "choose") {
    const std::string what = step.call.empty() ? "choose" : step.call;
    return fmt::format("{} → choice {}", what, value_of(step.value));
  }
  const Object* object = finding.object(step.object);
  if (step.call.find("join") != std::string::npos) return join(finding, step);
  const bool is_atomic = step.call.starts_with("atomic") || (object != nullptr && object->kind == "atomic");
  return is_atomic ? atomic(finding, step, newest) : synchronisation(finding, step);
}

}  // namespace heddle::report
