#include "checker/explore/reductions.hpp"

#include <cstring>

namespace heddle::explore {
namespace {

struct Named {
  const char* name;
  bool Reductions::*reduction;
};
constexpr Named all[] = {{"mutexes", &Reductions::waiting_locks}, {"barriers", &Reductions::barriers},
                         {"symmetry", &Reductions::symmetry},     {"spins", &Reductions::spin_in_place},
                         {"unread", &Reductions::unread},         {"rmws", &Reductions::commuting_rmws}};

// Up to the next comma.
std::size_t length_of_first(const char* names) {
  std::size_t length = 0;
  while (names[length] != '\0' && names[length] != ',') ++length;
  return length;
}

bool switch_off_one(const char* name, std::size_t length, Reductions& reductions) {
  for (const Named& named : all) {
    if (std::strlen(named.name) != length || std::memcmp(named.name, name, length) != 0) continue;
    reductions.*named.reduction = false;
    return true;
  }
  return false;
}

}  // namespace

bool switch_off(const char* names, Reductions& reductions) {
  for (;;) {
    const std::size_t length = length_of_first(names);
    if (!switch_off_one(names, length, reductions)) return false;
    if (names[length] == '\0') return true;
    names += length + 1;
  }
}

}  // namespace heddle::explore
