#include "checker/runtime/why.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "checker/explore/outlook.hpp"
#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/faults.hpp"
#include "checker/runtime/modules.hpp"
#include "checker/runtime/order_fixes.hpp"
#include "checker/runtime/output_capture.hpp"
#include "checker/runtime/raw_syscall.hpp"
#include "checker/runtime/real_clock.hpp"
#include "checker/runtime/records.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/trials.hpp"
#include "checker/runtime/watchdog.hpp"

namespace heddle::runtime {
namespace {

constexpr std::uint64_t operations_max = 2'000'000;  // of each part of the work
constexpr std::uint32_t points = 8;
constexpr std::size_t passing_steps_max = 2000;  // recorded of the nearest passing execution
// Only if something goes wrong in a way that executions and operations do not bound.
constexpr std::int64_t patience_ns = 15'000'000'000;

// Findings, warnings and ends of the executions that are tried are nobody's business.
class Silence final : public RecordSink {
 public:
  void record(const char*, std::size_t, std::uint64_t) override {}
  void trouble(const char*, const char*) override {}
};

// Records number operations; the steps of a schedule include threads that begin.
std::uint64_t operations_in(const explore::Steps& steps, std::size_t count) {
  return static_cast<std::uint64_t>(std::count_if(steps.begin(),
                                                  steps.begin() + static_cast<std::ptrdiff_t>(count),
                                                  [](const explore::Step& s) { return !s.starts; }));
}

void write_chances(JsonWriter& out, const explore::Steps& failing, const explore::Outlook& outlook) {
  out.key("chances");
  out.begin_array();
  for (std::size_t i = 0; i < outlook.chances.size(); ++i) {
    const explore::Chance& chance = outlook.chances[i];
    const std::uint64_t after = operations_in(failing, chance.steps);
    const bool last = i + 1 == outlook.chances.size();
    if (!last && operations_in(failing, outlook.chances[i + 1].steps) == after) continue;
    out.begin_object();
    out.member("after", after);
    out.member("failed", std::uint64_t{chance.failed});
    out.member("passed", std::uint64_t{chance.passed});
    out.end_object();
  }
  out.end_array();
  out.key("no_return");
  if (outlook.no_return == explore::Outlook::never) {
    out.null();
  } else {
    out.number(operations_in(failing, outlook.no_return));
  }
}

void write_fix(JsonWriter& out, const OrderFix& fix) {
  out.key("fixes");
  out.begin_array();
  if (!fix.changes.empty()) {
    out.begin_object();
    out.member("executions", fix.executions);
    out.key("verified");
    out.boolean(fix.verified);
    out.key("orders");
    out.begin_array();
    for (const OrderFix::Change& change : fix.changes) {
      out.begin_object();
      out.member("kind", atomic_kind_name(change.site.kind));
      out.member("from", order_name(change.site.orders.success));
      out.member("to", order_name(change.orders.success));
      if (change.site.kind == AtomicKind::compare_exchange) {
        out.member("failure_from", order_name(change.site.orders.failure));
        out.member("failure_to", order_name(change.orders.failure));
      }
      out.key("stack");
      StackTrace stack;
      stack.pc[stack.depth++] = change.site.pc;
      if (change.site.caller != 0) stack.pc[stack.depth++] = change.site.caller;
      write_stack(out, stack);
      out.end_object();
    }
    out.end_array();
    out.end_object();
  }
  out.end_array();
}

class Analysis {
 public:
  Analysis(const explore::Options& given, Executor& executor, const Failure& failure, bool forks)
      : options_(make_engine_object<explore::Options>(given)),
        executor_(executor),
        failure_(failure),
        forks_(forks) {
    // A continuation that goes round in circles must end some time.
    options_.max_events = std::min<std::uint64_t>(options_.max_events, 16 * failure.steps.size() + 2000);
    options_.max_executions = 0;
    options_.run = explore::Run::check;
    options_.jobs = 1;
    options_.save[0] = options_.resume[0] = '\0';
  }

  void run() {
    auto& trials = make_engine_object<Trials>(options_, executor_, failure_.print, failure_.room,
                                              failure_.timeouts_are_choices);
    // The language's orders do nothing in the other models, and `order_at` is an experiment already.
    const bool tries_orders = options_.model == explore::ModelName::rc11 && options_.order_at[0] == '\0';
    if (tries_orders) watch_order_sites();
    trials.allow(forks_ ? 400 : 1000, operations_max);
    if (trials.recorded(failure_.steps) != explore::Sample::fails) return;
    explore::look_ahead(failure_.steps, trials, forks_ ? 12 : 40, points, outlook_);
    if (!outlook_.passing.empty() && outlook_.passing.size() <= passing_steps_max &&
        trials.recorded(outlook_.passing) == explore::Sample::passes) {
      evidence_.raw_members(executor_.evidence(-1).text(), executor_.evidence(-1).size());
    }
    if (tries_orders) {
      trials.allow(forks_ ? 400 : 2000, operations_max);
      find_order_fix(options_, trials, failure_.steps, forks_, fix_);
    }
    executions_ = trials.executions();
    complete_ = true;
  }

  void write() {
    if (!complete_) return;
    JsonWriter& out = begin_record("why");
    out.member("token", failure_.token);
    out.member("executions", executions_);
    write_chances(out, failure_.steps, outlook_);
    out.key("passing");
    if (evidence_.size() == 0) {
      out.null();
    } else {
      out.begin_object();
      out.raw_members(evidence_.text(), evidence_.size());
      out.end_object();
    }
    write_fix(out, fix_);
    end_record();
  }

 private:
  explore::Options& options_;
  Executor& executor_;
  const Failure& failure_;
  const bool forks_;
  explore::Outlook outlook_;
  JsonWriter evidence_;  // of the passing execution
  OrderFix fix_;
  std::uint64_t executions_ = 0;
  bool complete_ = false;
};

[[noreturn]] void work(const explore::Options& options, Executor& executor, const Failure& failure,
                       bool forks) {
  part_shared_memory();
  start_watchdog();
  Silence silence;
  RecordSink* const sink = set_record_sink(&silence);
  auto& analysis = make_engine_object<Analysis>(options, executor, failure, forks);
  begin_output_capture();
  analysis.run();
  set_record_sink(sink);
  analysis.write();
  leave_process(0);
}

}  // namespace

void find_why(const explore::Options& options, Executor& executor, const Failure& failure, bool forks) {
  fflush(nullptr);
  const auto fork_process = reinterpret_cast<decltype(&fork)>(real_function("fork"));
  const pid_t child = fork_process();
  if (child < 0) return;
  if (child == 0) {
    raw_syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    work(options, executor, failure, forks);
  }
  const std::int64_t until = real_now_ns() + patience_ns;
  int status = 0;
  while (raw_syscall(SYS_wait4, child, &status, WNOHANG, 0) == 0) {
    if (interrupted() || real_now_ns() > until) raw_syscall(SYS_kill, child, SIGKILL);
    const timespec moment{0, 1'000'000};
    raw_syscall(SYS_nanosleep, &moment, 0);
  }
}

}  // namespace heddle::runtime
