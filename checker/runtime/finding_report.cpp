#include "checker/runtime/finding_report.hpp"

#include "checker/explore/factory.hpp"
#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/output_capture.hpp"
#include "checker/runtime/records.hpp"
#include "checker/runtime/runtime.hpp"

namespace heddle::runtime {
namespace {

constexpr unsigned confirmations = 3;
constexpr std::size_t token_bytes = std::size_t{1} << 20;

// A copy that outlives the next execution.
const JsonWriter* keep(const JsonWriter& evidence) {
  auto& copy = make_engine_object<JsonWriter>();
  copy.raw_members(evidence.text(), evidence.size());
  return &copy;
}

}  // namespace

FindingReport::FindingReport(const explore::Options& options, Executor& executor, KnownBugs& known,
                             explore::Explorer& explorer, std::uint64_t execution)
    : options_(options), executor_(executor), known_(known), explorer_(explorer), execution_(execution) {
  if (!verdict().present && note_count() == 0) return;
  for (std::uint32_t i = 0; i < note_count(); ++i) consider(note_at(i), static_cast<int>(i));
  if (verdict().present) consider(verdict(), -1);
  if (count_ > 0) explorer_.schedule(schedule_);
}

void FindingReport::consider(const Verdict& v, int note) {
  const std::uint64_t print = fingerprint(v);
  if (known_.contains(print)) return;
  for (std::uint32_t i = 0; i < count_; ++i) {
    if (candidates_[i].print == print) return;
  }
  if (candidates_ == nullptr) {
    candidates_ = static_cast<Candidate*>(kernel::engine_allocate(candidates_max * sizeof(Candidate)));
  }
  Candidate& added = *new (&candidates_[count_++]) Candidate;
  added.verdict = v;
  added.print = print;
  added.evidence = keep(executor_.evidence(note));
}

// `recorded`: the replay kept every step; its evidence is better than what there is.
void FindingReport::count_replay(bool recorded) {
  for (std::uint32_t i = 0; i < count_; ++i) {
    Candidate& candidate = candidates_[i];
    const auto matches = [&](const Verdict& v, int note) {
      if (fingerprint(v) != candidate.print) return false;
      ++candidate.reproduced;
      if (!recorded) return true;
      candidate.verdict = v;
      candidate.full_print = full_fingerprint(v);
      candidate.evidence = keep(executor_.evidence(note));
      return true;
    };
    if (verdict().present && matches(verdict(), -1)) continue;
    for (std::uint32_t n = 0; n < note_count(); ++n) {
      if (matches(note_at(n), static_cast<int>(n))) break;
    }
  }
}

void FindingReport::confirm() {
  explore::Explorer* replay = nullptr;
  {
    const SharedMemoryScope scope;
    replay = explore::make_replay(options_, schedule_);
  }
  for (; replays_ < confirmations; ++replays_) {
    {
      const SharedMemoryScope scope;
      if (!replay->next_execution()) return;
    }
    const bool recorded = replays_ == 0;
    begin_output_capture();
    const explore::Ending ending = executor_.run(*replay, recorded ? Detail::steps : Detail::verdict);
    char rest[output_bytes];
    end_output_capture(recorded ? output_ : rest, output_bytes);
    count_replay(recorded);
    const SharedMemoryScope scope;
    replay->end_execution(ending);
  }
}

bool FindingReport::unreproducible() const {
  for (std::uint32_t i = 0; i < count_; ++i) {
    if (candidates_[i].reproduced == 0) return true;
  }
  return false;
}

void FindingReport::write() {
  auto* const token = static_cast<char*>(kernel::engine_allocate(token_bytes));
  if (explore::encode_schedule(schedule_, token, token_bytes) == 0) token[0] = '\0';
  for (std::uint32_t i = 0; i < count_; ++i) {
    const Candidate& candidate = candidates_[i];
    known_.add(candidate.print);
    // The other side of a known race.
    if (candidate.full_print != 0 && candidate.full_print != candidate.print &&
        !known_.add(candidate.full_print))
      continue;
    write_one(candidate, token);
  }
  kernel::engine_release(token, token_bytes);
}

void FindingReport::write_one(const Candidate& candidate, const char* token) {
  JsonWriter& out = begin_record("finding");
  out.member("rule", format::info(candidate.verdict.rule).id);
  out.member("message", candidate.verdict.message);
  out.member("token", token);
  out.member("execution", execution_);
  out.member("phase", explorer_.phase());
  out.member("replays", std::uint64_t{replays_});
  out.member("reproduced", std::uint64_t{candidate.reproduced});
  out.raw_members(candidate.evidence->text(), candidate.evidence->size());
  out.key("minimized");
  out.null();
  out.member("output", output_);
  end_record();
}

}  // namespace heddle::runtime
