#include "checker/runtime/unwritten_reads.hpp"

#include <algorithm>
#include <cstring>

#include "checker/explore/factory.hpp"
#include "checker/runtime/access_report.hpp"
#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/output_capture.hpp"
#include "checker/runtime/verdict.hpp"

namespace heddle::runtime {
namespace {

// Executions in which a read made no difference before it is believed to make none.
constexpr std::uint8_t trials_max = 8;
// What is put where the pattern was, which is negative.
constexpr std::uint64_t fillers[] = {0, 0x3f3f'3f3f'3f3f'3f3f};

struct Known {
  UnwrittenRead read;
  bool seen;  // in this execution
  bool used;
  std::uint8_t trials;
};

struct Reads {
  static constexpr std::uint32_t count_max = 256;  // further ones are not looked into
  std::uint32_t count = 0;
  Known known[count_max] = {};
  std::uint32_t altered = count_max;  // the memory of this read gets `filler` when it is read
  std::uint64_t filler = 0;
};

// A forked execution tells of its reads.
Reads& all_reads() {
  static Reads* reads = nullptr;
  if (reads == nullptr) reads = &make_shared_object<Reads>();
  return *reads;
}

std::uint32_t index_of(const UnwrittenRead& read) {
  Reads& all = all_reads();
  for (std::uint32_t i = 0; i < all.count; ++i) {
    if (all.known[i].read.pc == read.pc && all.known[i].read.address == read.address) return i;
  }
  if (all.count == Reads::count_max) return Reads::count_max;
  all.known[all.count] = {read, false, false, 0};
  return all.count++;
}

std::uint64_t hash_of(const char* text) {
  std::uint64_t hash = 0;
  for (; *text != '\0'; ++text) hash = (hash ^ static_cast<unsigned char>(*text)) * 0x100'0000'01b3U;
  return hash;
}

}  // namespace

void note_unwritten_read(const UnwrittenRead& read, std::size_t bytes) {
  Reads& all = all_reads();
  const std::uint32_t index = index_of(read);
  if (index == Reads::count_max) return;
  Known& known = all.known[index];
  const bool first = !known.seen;
  known.seen = true;
  if (known.used && first) note_used_uninitialised({read.address, bytes}, read.pc);
  if (index == all.altered) std::memcpy(reinterpret_cast<void*>(read.address), &all.filler, bytes);
}

void reset_unwritten_reads() {
  Reads& all = all_reads();
  for (std::uint32_t i = 0; i < all.count; ++i) all.known[i].seen = false;
}

Suspicions suspicions() {
  const Reads& all = all_reads();
  Suspicions found;
  for (std::uint32_t i = 0; i < all.count && found.count < Suspicions::count_max; ++i) {
    const Known& known = all.known[i];
    if (known.seen && !known.used && known.trials < trials_max) found.reads[found.count++] = i;
  }
  return found;
}

namespace {
explore::RandomExplorer& make_replay_of(const explore::Options& options, const explore::Explorer& explorer) {
  explore::Schedule schedule;
  explorer.schedule(schedule);
  auto& endless = make_engine_object<explore::Options>(options);
  endless.max_executions = 0;
  const SharedMemoryScope scope;
  return *explore::make_replay(endless, schedule, explorer.clock_size());
}
}  // namespace

ReadTrials::ReadTrials(const explore::Options& options, Executor& executor, const explore::Explorer& explorer)
    : executor_(executor), replay_(make_replay_of(options, explorer)) {}

bool ReadTrials::run(Outcome& outcome) {
  do {
    if (ending_ != explore::Ending::none) end();
    {
      const SharedMemoryScope scope;
      if (!replay_.next_execution()) return false;
    }
    char printed[4096];
    begin_output_capture();
    ending_ = executor_.run(replay_, Detail::hash);
    end_output_capture(printed, sizeof printed);
    outcome = {ending_, executor_.hash(), verdict().present ? fingerprint(verdict()) : 0, hash_of(printed)};
  } while (ending_ == explore::Ending::dropped);  // for more room: the same execution once more
  return executor_.failure() == nullptr;
}

void ReadTrials::end() {
  const SharedMemoryScope scope;
  replay_.end_execution(ending_);
  ending_ = explore::Ending::none;
}

bool ReadTrials::matters(std::uint32_t read, const Outcome& before) {
  Reads& all = all_reads();
  ++all.known[read].trials;
  for (const std::uint64_t filler : fillers) {
    all.filler = filler;
    all.altered = read;
    Outcome outcome;
    const bool ran = run(outcome);
    all.altered = Reads::count_max;
    if (ran && outcome != before) return true;
  }
  return false;
}

bool ReadTrials::matter(const Suspicions& reads) {
  Outcome before;
  Outcome again;
  if (!run(before) || !run(again) || before != again) return false;
  bool any = false;
  for (std::uint32_t i = 0; i < reads.count; ++i) {
    Known& known = all_reads().known[reads.reads[i]];
    known.used = matters(reads.reads[i], before);
    any = any || known.used;
  }
  return any && run(again);
}

}  // namespace heddle::runtime
