#include "checker/runtime/benign_races.hpp"

#include "checker/runtime/access.hpp"
#include "checker/runtime/record_pool.hpp"

namespace heddle::runtime {
namespace {

RecordPool<MemoryRange> benign;
std::size_t initial = 0;
bool met = false;

}  // namespace

void add_benign_race(std::uintptr_t address, std::size_t bytes) { benign.add() = {address, bytes}; }

bool is_benign_race(std::uintptr_t address) {
  for (std::size_t i = 0; i < benign.size(); ++i) {
    if (address - benign[i].address >= benign[i].bytes) continue;
    met = true;
    return true;
  }
  return false;
}

bool races_were_excused() { return met || !all_writes_seen(); }

void snapshot_benign_races() { initial = benign.size(); }
void reset_benign_races() { benign.shrink(initial); }

}  // namespace heddle::runtime
