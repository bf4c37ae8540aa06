// An order of events that the program declares: a release or an acquire on a location of its own.
#pragma once

#include <cstdint>

#include "checker/kernel/types.hpp"

namespace heddle::frontend {

// An acquire sees every release before it on the same address. Does nothing outside executions. `call` is the
// user's word for it.
void synchronise(std::uintptr_t address, kernel::Order order, const char* call, std::uintptr_t pc);

}  // namespace heddle::frontend
