// What an exhaustive search leaves out, each with its own switch. None changes an outcome or a verdict; the
// arguments are in docs/exploration.md.
#pragma once

namespace heddle::explore {

struct Reductions {
  bool waiting_locks = true;  // "mutexes": a lock that another overtakes waits outside the graph
  bool barriers = true;       // "barriers": threads arrive at a barrier together, in one order
  bool symmetry = true;  // "symmetry": threads said to be interchangeable do their first events in one order
  // "spins": a spinning read waits for a store instead of being explored with each it rejects
  bool spin_in_place = true;
  bool unread = true;          // "unread": stores that nobody reads are not ordered
  bool commuting_rmws = true;  // "rmws": counting whose result nobody uses is not ordered
};

inline constexpr Reductions no_reductions{false, false, false, false, false, false};

// Switches off the reductions of a list such as "mutexes,barriers". False: it has a word that is none.
bool switch_off(const char* names, Reductions& reductions);

}  // namespace heddle::explore
