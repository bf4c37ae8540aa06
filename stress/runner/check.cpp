// heddle::check and what a body may tell the checker, on real processors: the body runs again and again.
#include <heddle/check.h>
#include <heddle/check_abi.h>
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "stress/runner/failures.hpp"
#include "stress/runner/histogram.hpp"
#include "stress/runner/noise.hpp"
#include "stress/runner/options.hpp"
#include "stress/runner/real.hpp"
#include "stress/runner/records.hpp"
#include "stress/runner/stuck.hpp"
#include "stress/runner/team.hpp"
#include "stress/runner/threads.hpp"

extern "C" {
// `heddle stress` looks for this symbol.
extern __attribute__((visibility("default"))) const char heddle_stress_present[];
const char heddle_stress_present[] = "heddle native runner 1";
// ThreadSanitizer's, where LLVM has it: runs the body under schedules of its own. Null elsewhere.
__attribute__((weak)) int __tsan_simulate(void (*body)(void*), void* argument);
}

namespace heddle::stress {
namespace {

constexpr std::uint64_t default_check_ms = 1000;
constexpr std::uint64_t batch_ns = 5'000'000;
constexpr std::uint64_t told_every_ns = 250'000'000;

bool running = false;    // within a body
bool discarded = false;  // this run's assumption does not hold

std::uint64_t now_ns() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

// Before the constructors of the program: it may start threads in them.
__attribute__((constructor(101))) void begin_process() {
  Thread* const main_thread = new_thread();
  enter(main_thread);
  if (!options().requested) return;
  open_records();
  watch_for_failures();
  watch_for_deadlocks();
  // A program that is run as a whole has one disturbance a run.
  constexpr Noise levels[] = {Noise::none,     Noise::light, Noise::heavy,
                              Noise::targeted, Noise::rare,  Noise::targeted};
  if (options().noise) set_noise(levels[options().seed % 6], options().seed);
}

struct Counts {
  std::uint64_t runs = 0;
  std::uint64_t discarded = 0;
};

// The body's own variables are so many bytes lower on the stack: they share cache lines with others, or not.
__attribute__((noinline)) void run_shifted(const heddle_check_request& request, std::size_t bytes) {
  void* const room = __builtin_alloca(bytes + 1);
  __asm__ volatile("" : : "r"(room) : "memory");
  request.body(request.argument);
}

// How the runs of a batch are disturbed.
struct Disturbance {
  Noise noise = Noise::none;
  std::uint64_t target = 0;
  Placement placement = Placement::spread;
  std::uint64_t turn = 0;
  bool pressure = false;
  unsigned shift = 0;  // of the body's variables against cache lines, in steps of 16 bytes
};

// Each kind in turn, in lengths that have no common divisor, so that every combination comes up.
Disturbance disturbance(std::uint64_t batch) {
  constexpr Noise levels[] = {Noise::none,     Noise::light, Noise::none, Noise::heavy,
                              Noise::targeted, Noise::light, Noise::rare};
  constexpr Placement placements[] = {Placement::spread, Placement::turned, Placement::spread,
                                      Placement::free, Placement::together};
  Disturbance d;
  d.noise = options().noise ? levels[batch % 7] : Noise::none;
  d.target = batch / 7;
  d.placement = placements[batch % 5];
  d.turn = d.placement == Placement::turned ? batch / 5 : 0;
  d.pressure = options().noise && batch % 6 == 5;
  d.shift = static_cast<unsigned>(batch / 2 % 8);
  return d;
}

class Check {
 public:
  explicit Check(const heddle_check_request& request) : request_(request) {
    const std::uint64_t own = number_in(request.options, "budget_ms", 0);
    budget_ms_ = options().check_ms != 0              ? options().check_ms
                 : own != 0 && own < default_check_ms ? own
                                                      : default_check_ms;
    const std::uint64_t most = number_in(request.options, "max_executions", 0);
    runs_max_ = options().check_runs != 0 ? options().check_runs : most;
  }

  void run() {
    simulate();
    const std::uint64_t end = now_ns() + budget_ms_ * 1'000'000;
    std::uint64_t told = now_ns();
    for (std::uint64_t batch = options().seed;; ++batch) {
      prepare(batch);
      const std::size_t known = histogram_.size();
      const std::uint64_t until = now_ns() + batch_ns;
      bool enough = false;
      // The clock is read now and then only: it would be the best part of a short body.
      for (unsigned n = 1; !enough && (n % 16 != 0 || now_ns() < until); ++n) {
        run_once();
        enough = runs_max_ != 0 && counts_.runs >= runs_max_;
      }
      if (histogram_.size() > known) {
        fruitful_ = current_;
        repeats_ = repeats_max;
      }
      const std::uint64_t now = now_ns();
      if (now - told > told_every_ns) {
        tell();
        told = now;
      }
      if (enough || now >= end) break;
    }
    set_noise(Noise::none);
    set_pressure(false);
    unpin();
    tell();
    conclude();
  }

 private:
  // A second oracle: what ThreadSanitizer reports there is a finding like any other.
  void simulate() const {
    if (&__tsan_simulate == nullptr) return;
    begin_run();
    discarded = false;
    running = true;
    make_threads_anew(true);
    __tsan_simulate(request_.body, request_.argument);
    make_threads_anew(false);
    running = false;
  }

  // What has just shown an outcome for the first time is done again, by turns with what comes next.
  void prepare(std::uint64_t batch) {
    const bool again = repeats_ > 0 && batch % 2 == 1;
    if (again) --repeats_;
    current_ = again ? fruitful_ : disturbance(batch);
    const Disturbance& d = current_;
    set_noise(d.noise, d.target);
    set_pressure(d.pressure);
    place_team(d.placement, d.turn);
  }

  void run_once() {
    begin_run();
    discarded = false;
    running = true;
    run_shifted(request_, current_.shift * shift_step);
    running = false;
    ++counts_.runs;
    if (discarded) {
      ++counts_.discarded;
      return;
    }
    char outcome[Histogram::text_max];
    outcome_of_run(outcome, sizeof outcome);
    if (outcome[0] != '\0') histogram_.add(outcome);
  }

  void tell() {
    histogram_.visit_new(
        [](const char* text, std::uint64_t count, void*) {
          Record outcome("outcome");
          outcome.text("text", text);
          outcome.number("count", count);
          outcome.append();
        },
        nullptr);
    Record runs("runs");
    runs.text("check", request_.name);
    runs.number("count", counts_.runs - told_.runs);
    runs.number("discarded", counts_.discarded - told_.discarded);
    runs.append();
    told_ = counts_;
  }

  void conclude() {
    const heddle_check_sink& sink = *request_.sink;
    histogram_.visit_all(
        [](const char* text, std::uint64_t count, void* context) {
          const auto& to = *static_cast<const heddle_check_sink*>(context);
          to.outcome(to.context, text, count);
        },
        const_cast<heddle_check_sink*>(&sink));
    const heddle_check_summary summary = {heddle_no_bug,
                                          request_.name,
                                          "native",
                                          "budget",
                                          "",
                                          counts_.runs,
                                          counts_.runs - counts_.discarded,
                                          counts_.discarded,
                                          0,
                                          0};
    sink.summary(sink.context, &summary);
  }

  static constexpr unsigned repeats_max = 8;
  static constexpr std::size_t shift_step = 16;

  const heddle_check_request& request_;
  std::uint64_t budget_ms_;
  std::uint64_t runs_max_;
  Disturbance current_;
  Disturbance fruitful_;
  unsigned repeats_ = 0;  // of fruitful_, still to come
  Histogram histogram_;
  Counts counts_;
  Counts told_;
};

}  // namespace
}  // namespace heddle::stress

extern "C" {

HEDDLE_PROGRAM_CALLS void heddle_runtime_check(const heddle_check_request* request) {
  using namespace heddle::stress;
  if (running) {  // a check in a body is a part of the body
    request->body(request->argument);
    const heddle_check_summary summary = {
        heddle_no_bug, request->name, "in_place", "in_place", "", 1, 1, 0, 0, 0};
    request->sink->summary(request->sink->context, &summary);
    return;
  }
  Check(*request).run();
}

// There is no way to stop one thread for ever and go on: the run is finished, and does not count.
HEDDLE_PROGRAM_CALLS void heddle_runtime_assume(int condition) {
  if (condition == 0) __atomic_store_n(&heddle::stress::discarded, true, __ATOMIC_RELAXED);
}

HEDDLE_PROGRAM_CALLS int heddle_runtime_discarded() {
  return __atomic_load_n(&heddle::stress::discarded, __ATOMIC_RELAXED) ? 1 : 0;
}

HEDDLE_PROGRAM_CALLS void heddle_runtime_expect(int condition, const char* text, const char* file, int line) {
  using namespace heddle::stress;
  if (condition != 0 || __atomic_load_n(&discarded, __ATOMIC_RELAXED)) return;
  char message[1024];
  std::snprintf(message, sizeof message, "%s:%d: expectation failed: %s", file, line, text);
  report_failure("HED006", message, 2);
  std::fprintf(stderr, "%s\n", message);
  std::abort();
}

HEDDLE_PROGRAM_CALLS int heddle_runtime_nondet(int alternatives) {
  return alternatives <= 1
             ? 0
             : static_cast<int>(heddle::stress::random_below(static_cast<std::uint32_t>(alternatives)));
}

HEDDLE_PROGRAM_CALLS void heddle_runtime_observe(const char* text) {
  heddle::stress::Thread* const thread = heddle::stress::this_thread();
  if (thread == nullptr) return;
  const std::size_t length = std::strlen(text);
  std::size_t used = thread->observed;
  if (used + length + 1 > heddle::stress::Thread::observed_max) return;
  if (used > 0) thread->text[used++] = ' ';
  std::memcpy(thread->text + used, text, length);
  thread->observed = used + length;
}

HEDDLE_PROGRAM_CALLS int heddle_runtime_in_check() { return heddle::stress::running ? 1 : 0; }

}  // extern "C"
