// What a stopped search has still to do and has done already, as a text that survives the process.
//
//   heddle-frontier 4                        the version
//   program 9c1f…                            what the rest of the file is about: identity of the code,
//   addresses 77aa…                          where it was loaded,
//   arguments 2 53d0…                        its arguments,
//   options model=rc11 reductions=1111111 …  and what decides which executions there are
//   counts EXECUTIONS COMPLETE BLOCKED CUT OPERATIONS STALE RECALLED BUGS
//   ground THREADS PC PC …                   room for threads, instructions known to spin
//   readers THREAD THREAD …                  that store nothing and go last (turns.cpp)
//   rounds stay                              if rounds of spin loops are not taken back
//   revisited-mutexes                        if locks are not all that is done to mutexes
//   ordered-barriers                         if arrivals at barriers need all orders
//   unread SURPRISES ADDRESS ADDRESS …       locations assumed to be read by nobody (unordered.hpp)
//   commuting SURPRISES ADDRESS ADDRESS …    locations assumed to be counted in only (unordered.hpp)
//   division NUMBER                          of a shard
//   outcomes 0123…                           hexadecimal, if any were observed
//   part 0123…                               hexadecimal, one line a part (part.hpp)
//   end 0123456789abcdef                     FNV-1a of everything before this line
//
// No files here: see runtime/frontier_file.hpp.
#pragma once

#include <cstddef>

#include "checker/explore/exhaustive/exhaustive_explorer.hpp"

namespace heddle::explore {

using Text = kernel::Vector<char>;

// A search can only go on where these are the same.
struct Binding {
  char program[40] = {};
  char addresses[40] = {};
  char arguments[40] = {};
  char options[256] = {};
};

struct Frontier {
  Binding binding;
  Counts counts;
  std::uint64_t bugs = 0;  // sessions so far that found one
  Ground ground;
  std::uint64_t division = 0;  // of a shard (walk.hpp)
  Bytes outcomes;              // observed so far (runtime/outcomes.hpp)
  kernel::Vector<Part> parts;  // none: everything was explored
};

void write_frontier(const Frontier& frontier, Text& out);

// Null, or what is wrong with the text; then a static string that ends the sentence "FILE …".
const char* read_frontier(const char* text, std::size_t bytes, Frontier& frontier);
// Null, or how the file's binding differs from `here`, as above.
const char* difference(const Binding& file, const Binding& here);

}  // namespace heddle::explore
