// Runs executions for the session: in this process, or each in a forked child (isolation=fork) for programs
// that use libraries which keep state between executions. Either way verdicts and evidence are available
// afterwards.
#pragma once

#include "checker/explore/explorer.hpp"
#include "checker/runtime/execution.hpp"
#include "checker/runtime/json_writer.hpp"
#include "checker/runtime/verdict.hpp"

namespace heddle::runtime {

enum class Detail : unsigned char {
  verdict,   // only what went wrong
  evidence,  // and, if anything did and it is news, its evidence as far as it is known
  hash,      // and a hash of all steps
  steps,     // and every step itself
};

struct CrewPage;

// Fingerprints of the bugs reported so far.
class KnownBugs {
 public:
  bool contains(std::uint64_t print) const;
  // False if it was there already.
  bool add(std::uint64_t print);
  bool empty() const { return prints_.empty(); }
  // Those that other processes have reported count as well.
  void share(const CrewPage& page) { page_ = &page; }

 private:
  kernel::Vector<std::uint64_t> prints_;
  const CrewPage* page_ = nullptr;
};

class Executor {
 public:
  Executor(const Body& body, const KnownBugs& known, bool forks);

  // Runs the execution that explorer.next_execution() prepared and judges how it ended. verdict() and
  // note_at() are those of this execution until the next. explorer.end_execution is the caller's.
  explore::Ending run(explore::Explorer& explorer, Detail detail);

  // Members for the finding record, of verdict() (index -1) or of a note. Empty if there is none. With
  // Detail::steps those of index -1 are there even without a verdict: the steps of the execution.
  const JsonWriter& evidence(int note) const { return shared_.evidence[note + 1]; }

  // Where the thread was that did not repeat itself (Ending::diverged), or that ran last (cut, stopped).
  const StackTrace& ended_at() const { return shared_.ended_at; }
  kernel::ThreadId ended_in() const { return shared_.ended_in; }

  // The last execution's.
  std::uint64_t operations() const { return shared_.operations; }

  // Detail::hash and steps: equal for executions that took the same steps.
  std::uint64_t hash() const { return shared_.hash; }

  // The forked child could not be made or did not come back: why, else null.
  const char* failure() const { return failure_; }

 private:
  // Written by whichever process runs the execution.
  struct Shared {
    explore::Ending ending = explore::Ending::none;
    bool finished = false;
    kernel::ThreadId threads = 0;  // most any execution created
    std::uint64_t hash = 0;
    std::uint64_t operations = 0;
    StackTrace ended_at;
    kernel::ThreadId ended_in = 0;
    JsonWriter evidence[1 + notes_max];
  };

  explore::Ending run_here(explore::Explorer& explorer, Detail detail);
  explore::Ending run_in_child(explore::Explorer& explorer, Detail detail);
  void note_place(kernel::ThreadId id);
  void write_evidence_of(const Verdict& v, JsonWriter& out, Detail detail);

  const Body& body_;
  const KnownBugs& known_;
  const bool forks_;
  Shared& shared_;
  const char* failure_ = nullptr;
};

}  // namespace heddle::runtime
