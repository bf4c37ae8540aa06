// Memory whose races the program declared harmless (AnnotateBenignRaceSized). What was declared before the
// first execution holds in every one, the rest until the end of its own.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heddle::runtime {

void add_benign_race(std::uintptr_t address, std::size_t bytes);
bool is_benign_race(std::uintptr_t address);
// A race was met in such memory in this process, or accesses were not checked (ignore_accesses_begin).
bool races_were_excused();

void snapshot_benign_races();
void reset_benign_races();

}  // namespace heddle::runtime
