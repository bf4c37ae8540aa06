// A schedule: what makes one execution happen again. Only the steps that differ from the default policy are
// kept: stay on the current thread while it can move, else take the lowest-numbered one that can; read the
// mo-latest store, place stores mo-last, choose 0, never time out.
#pragma once

#include <cstddef>
#include <cstdint>

#include "checker/kernel/memory.hpp"
#include "checker/kernel/types.hpp"

namespace heddle::explore {

struct Decision {
  std::uint32_t step = 0;                       // operations done before it in the execution
  kernel::ThreadId thread = kernel::no_thread;  // who moves; no_thread: as the default policy says
  // load, rmw: how many stores are mo-after the one read; store: how many stores are mo-after it; choose: the
  // alternative.
  std::uint32_t alternative = 0;
};

struct Schedule {
  kernel::Vector<Decision> decisions;
  // What Explorer::timeouts_are_choices said: whether a timed wait is a choice and then an await that does
  // not give up, or one await that may.
  bool timeouts_are_choices = false;
};

// "heddle1:…", URL-safe. Returns the length written (without the terminating 0), or 0 if `capacity` is too
// small.
std::size_t encode_schedule(const Schedule& schedule, char* out, std::size_t capacity);
// False if the text is not a token of this version or is damaged (a checksum is part of it).
bool decode_schedule(const char* text, Schedule& out);

}  // namespace heddle::explore
