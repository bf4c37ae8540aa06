#include "checker/runtime/finding_report.hpp"

#include "checker/explore/factory.hpp"
#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/output_capture.hpp"
#include "checker/runtime/real_clock.hpp"
#include "checker/runtime/records.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/watchdog.hpp"
#include "checker/runtime/why.hpp"

namespace heddle::runtime {
namespace {

constexpr unsigned confirmations = 3;
constexpr std::size_t token_bytes = std::size_t{1} << 20;
constexpr std::uint32_t minimise_attempts_max = 2000;
constexpr std::int64_t minimise_time_ns = 5'000'000'000;

bool prepare(explore::Explorer& explorer) {
  const SharedMemoryScope scope;
  return explorer.next_execution();
}

void finish(explore::Explorer& explorer, explore::Ending ending) {
  const SharedMemoryScope scope;
  explorer.end_execution(ending);
}

// Candidates of the minimiser, run as executions.
class Rerun final : public explore::Attempt {
 public:
  Rerun(Executor& executor, explore::RandomExplorer& explorer, explore::Script& script, std::uint64_t print)
      : executor_(executor),
        explorer_(explorer),
        script_(script),
        print_(print),
        until_(real_now_ns() + minimise_time_ns) {}

  bool fails(explore::Steps& steps) override { return outcome(steps) == explore::Without::same_bug; }
  explore::Without outcome(explore::Steps& steps) override {
    {
      const SharedMemoryScope scope;
      script_.follow(steps);
    }
    if (!prepare(explorer_)) return explore::Without::impossible;
    const explore::Ending ending = executor_.run(explorer_, Detail::verdict);
    int note = 0;
    const bool same = find_verdict(print_, note) != nullptr;
    const bool other = verdict().present;
    steps = explorer_.steps();
    finish(explorer_, ending);
    return same ? explore::Without::same_bug : other ? explore::Without::other_bug : explore::Without::passes;
  }
  bool out_of_time() override { return real_now_ns() > until_; }

 private:
  Executor& executor_;
  explore::RandomExplorer& explorer_;
  explore::Script& script_;
  const std::uint64_t print_;
  const std::int64_t until_;
};

const char* word(explore::Without without) {
  switch (without) {
    case explore::Without::same_bug:
      return "same bug";
    case explore::Without::other_bug:
      return "other bug";
    case explore::Without::passes:
      return "passes";
    case explore::Without::impossible:
      return "not possible";
  }
  return "";
}

// The records number operations from 1; a switch to a thread that begins shows at its first one.
void write_labels(const explore::Steps& steps, const explore::Labels& labels,
                  kernel::Vector<StepLabel>& out) {
  out.clear();
  for (const explore::Label& label : labels) {
    std::uint64_t number = 1;
    for (std::size_t i = 0; i < label.step; ++i) number += steps[i].starts ? 0 : 1;
    out.push_back({number, label.surprise, word(label.without)});
  }
}

}  // namespace

FindingReport::FindingReport(const explore::Options& options, Executor& executor, KnownBugs& known,
                             const explore::Explorer& explorer, std::uint64_t execution, bool forks)
    : options_(options),
      executor_(executor),
      known_(known),
      explorer_(explorer),
      execution_(execution),
      forks_(forks) {
  for (std::uint32_t i = 0; i < note_count(); ++i) consider(note_at(i), static_cast<int>(i));
  if (verdict().present) consider(verdict(), -1);
}

void FindingReport::consider(const Verdict& v, int note) {
  const std::uint64_t print = fingerprint(v);
  if (known_.contains(print)) return;
  for (std::uint32_t i = 0; i < count_; ++i) {
    if (candidates_[i]->print == print) return;
  }
  Candidate& added = make_engine_object<Candidate>();
  candidates_[count_++] = &added;
  added.verdict = v;
  added.print = print;
  added.evidence.raw_members(executor_.evidence(note).text(), executor_.evidence(note).size());
  explorer_.schedule(added.schedule);
}

void FindingReport::confirm() {
  for (std::uint32_t i = 0; i < count_; ++i) {
    expect_hang(candidates_[i]->verdict.rule == format::Rule::hang);
    confirm_one(*candidates_[i]);
  }
  expect_hang(false);
}

bool FindingReport::wants_steps(const Candidate& candidate) const {
  return (options_.minimize || options_.why) && !is_prediction(candidate.verdict.rule) &&
         options_.run == explore::Run::check;
}

void FindingReport::confirm_one(Candidate& candidate) {
  auto& options = make_engine_object<explore::Options>(options_);
  options.max_executions = 0;
  if (wants_steps(candidate)) {
    explore::RandomExplorer* original = nullptr;
    {
      const SharedMemoryScope scope;
      original = explore::make_replay(options, candidate.schedule, explorer_.clock_size());
      original->record_steps();
    }
    // The program may end the process in what is tried to shorten the schedule: this much is known by then.
    Candidate& first = make_engine_object<Candidate>();
    first.print = candidate.print;
    if (replay(first, *original, options_.minimize ? Detail::steps : Detail::verdict)) {
      candidate.steps = original->steps();
      if (options_.minimize) {
        first.schedule = candidate.schedule;
        write_one("provisional", first, 0);
        minimise(candidate, candidate.steps);
      }
    }
  }
  explore::RandomExplorer* again = nullptr;
  {
    const SharedMemoryScope scope;
    again = explore::make_replay(options, candidate.schedule, explorer_.clock_size());
  }
  while (candidate.replays < confirmations) {
    set_step_labels(&candidate.labels);
    replay(candidate, *again, candidate.replays == 0 ? Detail::steps : Detail::verdict);
    set_step_labels(nullptr);
  }
  kernel::engine_release(&options, sizeof options);
}

// Replaces the candidate's schedule by a shorter one, if there is one that fails in the same way.
void FindingReport::minimise(Candidate& candidate, explore::Steps& steps) {
  auto& options = make_engine_object<explore::Options>(options_);
  options.max_executions = 0;
  explore::Script* script = nullptr;
  explore::RandomExplorer* scripted = nullptr;
  {
    const SharedMemoryScope scope;
    scripted = explore::make_scripted(options, &script, explorer_.clock_size(),
                                      candidate.schedule.timeouts_are_choices);
  }
  Rerun rerun(executor_, *scripted, *script, candidate.print);
  char rest[1];
  begin_output_capture();
  const explore::Minimised result = explore::minimise(steps, rerun, minimise_attempts_max);
  const bool still_fails = rerun.fails(steps);
  if (still_fails) {
    scripted->schedule(candidate.schedule);
    explore::Labels labels;
    explore::explain(steps, rerun, labels);
    write_labels(steps, labels, candidate.labels);
  }
  end_output_capture(rest, sizeof rest);
  if (still_fails) {
    candidate.minimised = result;
  } else {
    steps.clear();
  }
  kernel::engine_release(&options, sizeof options);
}

// One more execution of `explorer`; true if it shows the candidate's bug. What is learnt goes into the
// candidate.
bool FindingReport::replay(Candidate& candidate, explore::Explorer& explorer, Detail detail) {
  ++candidate.replays;
  if (!prepare(explorer)) return false;
  char rest[1];
  const bool records = detail == Detail::steps;
  begin_output_capture();
  const explore::Ending ending = executor_.run(explorer, detail);
  if (records) {
    end_output_capture(candidate.output, sizeof candidate.output);
  } else {
    end_output_capture(rest, sizeof rest);
  }
  int note = 0;
  const Verdict* const found = find_verdict(candidate.print, note);
  if (found != nullptr) ++candidate.reproduced;
  if (found != nullptr && records) {
    candidate.verdict = *found;
    candidate.full_print = full_fingerprint(*found);
    candidate.evidence.clear();
    candidate.evidence.raw_members(executor_.evidence(note).text(), executor_.evidence(note).size());
  }
  finish(explorer, ending);
  return found != nullptr;
}

bool FindingReport::has_bugs() const {
  for (std::uint32_t i = 0; i < count_; ++i) {
    if (!is_prediction(candidates_[i]->verdict.rule)) return true;
  }
  return false;
}

bool FindingReport::unreproducible() const {
  for (std::uint32_t i = 0; i < count_; ++i) {
    if (candidates_[i]->reproduced == 0) return true;
  }
  return false;
}

void FindingReport::write() {
  for (std::uint32_t i = 0; i < count_; ++i) {
    const Candidate& candidate = *candidates_[i];
    known_.add(candidate.print);
    const bool other_side = candidate.full_print != 0 && candidate.full_print != candidate.print;
    if (other_side && !known_.add(candidate.full_print)) continue;
    write_one("finding", candidate, candidate.print);
    // Each execution that hangs takes a good part of a second.
    const bool quick = candidate.verdict.rule != format::Rule::hang;
    if (options_.why && quick && !candidate.steps.empty() && candidate.reproduced > 0)
      find_why(options_, executor_,
               {candidate.steps, candidate.print, token_, explorer_.clock_size(),
                candidate.schedule.timeouts_are_choices},
               forks_);
  }
  if (token_ != nullptr) kernel::engine_release(token_, token_bytes);
  token_ = nullptr;
}

void FindingReport::write_one(const char* type, const Candidate& candidate, std::uint64_t key) {
  if (token_ == nullptr) token_ = static_cast<char*>(kernel::engine_allocate(token_bytes));
  if (explore::encode_schedule(candidate.schedule, token_, token_bytes) == 0) token_[0] = '\0';
  JsonWriter& out = begin_record(type);
  out.member("rule", format::info(candidate.verdict.rule).id);
  out.member("message", candidate.verdict.message);
  out.member("token", token_);
  out.key("print");
  out.hex_string(candidate.print);
  out.member("execution", execution_);
  out.member("phase", explorer_.phase());
  out.member("replays", std::uint64_t{candidate.replays});
  out.member("reproduced", std::uint64_t{candidate.reproduced});
  out.raw_members(candidate.evidence.text(), candidate.evidence.size());
  out.key("minimized");
  if (candidate.minimised.attempts == 0) {
    out.null();
  } else {
    out.begin_object();
    out.member("switches_before", std::uint64_t{candidate.minimised.switches_before});
    out.member("switches_after", std::uint64_t{candidate.minimised.switches_after});
    out.member("attempts", std::uint64_t{candidate.minimised.attempts});
    out.end_object();
  }
  out.member("output", candidate.output);
  end_record(key);
}

}  // namespace heddle::runtime
